import { expect } from "vitest";
import { documentationOf } from "../../src/cli/documentation.ts";
import { createProgram, fullName } from "../../src/cli/program.ts";

/** Parses what a command printed, and fails unless docs/cli.md shows every field of it, with a value of the same type. */
export function documentedJson(command: string, stdout: string): unknown {
  const answer: unknown = JSON.parse(stdout);
  const known = createProgram().commands.find((candidate) => fullName(candidate) === `rollcall ${command}`);
  const examples = (known && documentationOf(known)?.json?.examples) ?? [];
  expect(undocumented([answer], examples, command)).toEqual([]);
  return answer;
}

/** Paths of what the example does not have. Elements of an array may be like any element of the example's array. */
function undocumented(value: unknown, example: unknown, path: string): string[] {
  if (Array.isArray(value) && Array.isArray(example)) {
    return value.flatMap((item, index) => {
      const problems = example.map((candidate) => undocumented(item, candidate, `${path}[${index}]`));
      return problems.some((list) => list.length === 0) ? [] : (problems[0] ?? []);
    });
  }
  if (isRecord(value) && isRecord(example)) {
    return Object.entries(value).flatMap(([key, item]) =>
      Object.hasOwn(example, key) ? undocumented(item, example[key], `${path}.${key}`) : [`${path}.${key}`],
    );
  }
  return typeof value === typeof example ? [] : [`${path} is ${typeof value}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
