import type { Command } from "commander";

/** What help and docs/cli.md say about a command beyond its options. */
export interface CommandDocumentation {
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** What `--json` prints: answers of the command's own type, so that the compiler keeps them true, and notes on fields. */
  readonly json?: { readonly examples: readonly unknown[]; readonly notes: readonly string[] };
}

const documentation = new WeakMap<Command, CommandDocumentation>();

/** Adds the examples to the command's help, and keeps the rest for docs/cli.md. */
export function documented(command: Command, about: CommandDocumentation): Command {
  documentation.set(command, about);
  const lines = about.examples.map(({ line, does }) => `  $ ${line}\n    ${does}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

export function documentationOf(command: Command): CommandDocumentation | undefined {
  return documentation.get(command);
}
