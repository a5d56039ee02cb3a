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

describe("refuses a wrong command line, with a hint", () => {
  test.each([
    [["serch", "a.jpg"], "Did you mean search?"],
    [["search", "a.jpg", "--treshold", "0.5"], "Did you mean --threshold?"],
    [["search", "a.jpg", "--threshold", "1.5"], "a number from 0 to 1"],
    [["search"], "missing required argument 'picture'"],
    [["people", "party"], "too many arguments"],
    [["index", "photos"], "required option '--event <name>' not specified"],
    [["index", "photos", "--event", " "], "must not be empty"],
    [["detect", "a.jpg", "--workers", "0"], "a whole number from 1 to 256"],
    [["detect", "a.jpg", "--preset", "quick"], "fast, balanced, thorough"],
    [["detect", "a.jpg", "--provider", "cuda,,cpu"], "must not be empty"],
    [["forget", "party"], "--yes"],
  ])("%j", async (args, hint) => {
    const program = createProgram();
    silence(program);
    await expect(program.parseAsync(args, { from: "user" })).rejects.toThrow(hint);
  });
});

function silence(command: Command): void {
  command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const child of command.commands) silence(child);
}
