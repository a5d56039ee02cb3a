import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type EngineOptions, type FaceEngine, openFaceEngine } from "../src/face/index.ts";
import { sharedDir } from "../test/shared-data.ts";
import { type LfwPair, parsePairs } from "./lfw-pairs.ts";

/** What every measurement on LFW can be told. */
export interface LfwOptions {
  readonly data: string;
  readonly pairs: string;
  readonly embedder: string;
  readonly preset: "fast" | "balanced" | "thorough";
  readonly mirror?: boolean;
  /** Whether the engine takes the nuisance direction out; not an option of the command line. */
  readonly steady?: boolean;
  readonly workers?: number;
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly cache?: boolean;
}

/**
 * A subcommand with those options; unknown ones are errors, and `--help` shows the example.
 *
 * @param preset used unless told otherwise
 */
export function lfwCommand(
  name: string,
  description: string,
  example: string,
  preset: LfwOptions["preset"] = "balanced",
): Command {
  const shared = (path: string) => (sharedDir === undefined ? undefined : join(sharedDir, "datasets", path));
  return new Command(`npm run eval -- ${name}`)
    .description(description)
    .addOption(required("--data <folder>", "LFW's pictures: <folder>/<Name>/<Name>_0001.jpg", shared("lfw")))
    .addOption(required("--pairs <file>", "LFW's pairs of View 2", shared("lfw-pairs.txt")))
    .option("--embedder <name>", "which embedder to measure", "mobilefacenet")
    .addOption(
      new Option("--preset <name>", "how thoroughly to look for faces")
        .choices(["fast", "balanced", "thorough"])
        .default(preset),
    )
    .option("--no-mirror", "do not average each embedding with that of the mirrored face")
    .option("--workers <number>", "pictures worked on at the same time", wholeNumber)
    .option("--quick", "a part of it, in less than two minutes; writes nothing to docs/")
    .option("--json", "print the result as JSON and nothing else; writes nothing to docs/")
    .option("--cache", "reuse the faces that an earlier run with --cache found in the same pictures")
    .allowExcessArguments(false)
    .addHelpText("after", `\nExample:\n  ${example}`);
}

function required(flags: string, description: string, fallback: string | undefined): Option {
  const option = new Option(flags, description);
  return fallback === undefined ? option.makeOptionMandatory() : option.default(fallback);
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

/** @throws Error that says what is missing */
export async function loadPairs({ data, pairs }: LfwOptions): Promise<LfwPair[]> {
  const folder = await stat(data).catch(() => undefined);
  if (!folder?.isDirectory()) throw new Error(`There is no folder ${data}. Say where LFW is with --data.`);
  const text = await readFile(pairs, "utf8").catch(() => {
    throw new Error(`${pairs} can't be read. Say where LFW's pairs are with --pairs.`);
  });
  return parsePairs(text);
}

export function openEngine({ embedder, preset, mirror, steady, workers }: LfwOptions): Promise<FaceEngine> {
  const options: EngineOptions = { embedder, preset, mirror: mirror ?? true, steady: steady ?? true };
  return openFaceEngine(workers === undefined ? options : { ...options, workers });
}
