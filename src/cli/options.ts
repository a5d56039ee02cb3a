import { Argument, type Command, InvalidArgumentError, Option } from "commander";

/** What every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** What every command that looks at pictures takes. */
export interface EngineFlags {
  readonly preset?: "fast" | "balanced" | "thorough";
  readonly embedder?: string;
  readonly workers?: number;
  readonly provider?: readonly string[];
}

export function jsonOption(): Option {
  return new Option("--json", "print the result as JSON on stdout, and nothing else there");
}

export function dataDirOption(): Option {
  return new Option(
    "--data-dir <folder>",
    "where Rollcall keeps its database (default: ROLLCALL_DATA_DIR, else the application data folder of this system)",
  ).argParser(notEmpty);
}

export function eventOption(about = "the event; may be left out when there is only one"): Option {
  return new Option("--event <name>", about).argParser(notEmpty);
}

/** An empty name, as of a variable that is not set, would be the folder that the command runs in. */
export function foldersArgument(about: string): Argument {
  return new Argument("<folder...>", about).argParser((text: string, before: readonly string[] = []) => [
    ...before,
    notEmpty(text),
  ]);
}

export function addEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--preset <preset>", "how small a face is still looked for, against time (default: balanced)").choices(
        ["fast", "balanced", "thorough"],
      ),
    )
    .addOption(
      new Option(
        "--embedder <name>",
        "the model that tells faces apart, see `rollcall models list` (default: the one that the event was given, else ROLLCALL_EMBEDDER, else mobilefacenet)",
      ).argParser(notEmpty),
    )
    .addOption(
      new Option("--workers <number>", "how many processes look at pictures (default: one per core)").argParser(
        wholeNumber(1, 256),
      ),
    )
    .addOption(
      new Option(
        "--provider <names>",
        "where the models run, in order of preference: `cuda,cpu` (default: cpu)",
      ).argParser(commaList),
    );
}

/** @throws InvalidArgumentError for anything but a plain decimal number from 0 to 1 */
export function fraction(text: string): number {
  const value = /^\d*\.?\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("It must be a number from 0 to 1, such as 0.7.");
  return value;
}

/** Parser for a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

function commaList(text: string): string[] {
  return text.split(",").map((name) => notEmpty(name.trim()));
}

export function notEmpty(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}
