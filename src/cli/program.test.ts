import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { documentationOf } from "./documentation.ts";
import { createProgram, fullName } from "./program.ts";

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

describe.each(leaves(createProgram()).map((command) => [fullName(command), command] as const))("%s", (_, command) => {
  test("explains itself, with an example", () => {
    expect(command.description()).toMatch(/\.$/u);
    expect(documentationOf(command)?.examples.length).toBeGreaterThan(0);
    expect(
      documentationOf(command)
        ?.examples.map(({ line }) => line)
        .join(),
    ).toContain(fullName(command));
    for (const { description, flags } of command.options) expect(description, flags).not.toBe("");
    for (const argument of command.registeredArguments) expect(argument.description, argument.name()).not.toBe("");
  });

  test("answers in a documented JSON shape", () => {
    expect(command.options.map(({ long }) => long)).toContain("--json");
    expect(documentationOf(command)?.json?.notes.length).toBeGreaterThan(0);
  });
});
