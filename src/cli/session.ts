import { once } from "node:events";
import { type Colours, coloursFor } from "./colours.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { CommonOptions } from "./options.ts";
import { type ErrorJson, errorAsJson } from "./report-error.ts";
import { StatusLine } from "./status-line.ts";
import { printableLines } from "./text.ts";

/** How answers are shown to people. */
export interface View {
  readonly colours: Colours;
  /** Paths inside it are shown relative to it. */
  readonly folder: string;
}

/** One run of a command: where its answer and its messages go, and how it learns that it should stop. */
export interface Session extends View {
  readonly json: boolean;
  /** Aborted by the first Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** The answer: `value` as JSON with --json, else the lines. Only answers go to stdout. */
  answer(value: unknown, lines: () => readonly string[]): Promise<void>;
  /** The answer in pieces, for commands whose answer may be long: an array in JSON, else lines. */
  answerInParts(): AnswerInParts;
  /** A message for people, on stderr. */
  note(text: string): void;
  /** What is going on right now, on stderr; the next one takes its place. */
  status(text: string): void;
}

export interface AnswerInParts {
  add(value: unknown, lines: () => readonly string[]): Promise<void>;
  end(): Promise<void>;
}

interface PartialAnswer extends AnswerInParts {
  hasBegun(): boolean;
  /** Ends it with why there is no more of it, unless it has ended. */
  breakOff(error: ErrorJson): Promise<void>;
}

interface RunSettings {
  /** What to tell who stopped the command. */
  readonly onStop?: string;
}

const stopped: ErrorJson = { code: "STOPPED", message: "The command was stopped before it was done." };

/** Runs a command and sets the exit code. Errors end here: in plain words on stderr, and as `error` in the JSON. */
export async function runCommand(
  options: CommonOptions,
  body: (session: Session) => Promise<ExitCode>,
  { onStop = "Nothing was changed." }: RunSettings = {},
): Promise<void> {
  const json = options.json ?? false;
  const statusLine = new StatusLine(process.stderr);
  const stopping = listenForStop((key) => note(`Stopping; what is under way is finished first.${key}`));
  let answered = false;
  let inParts: PartialAnswer | undefined;

  const note = (text: string) => {
    statusLine.clear();
    process.stderr.write(`${text}\n`);
  };
  const session: Session = {
    json,
    signal: stopping.signal,
    colours: coloursFor(process.stdout),
    folder: process.cwd(),
    note,
    status: (text) => statusLine.show(text),
    async answer(value, lines) {
      statusLine.finish();
      answered = true;
      await write(json ? `${JSON.stringify(value, undefined, 2)}\n` : `${lines().join("\n")}\n`);
    },
    answerInParts() {
      inParts = answerInParts(json, () => statusLine.clear());
      return inParts;
    },
  };

  try {
    const code = await body(session);
    statusLine.finish();
    process.exitCode = stopping.code() ?? code;
  } catch (error) {
    statusLine.finish();
    process.exitCode = stopping.code() ?? exitCodes.failed;
    const described = stopping.code() === undefined ? errorAsJson(error) : stopped;
    if (described !== stopped) note(`rollcall: ${printableLines(described.message)}${await placeForDebugging(error)}`);
    // Of an answer that has begun, the rest can only be what it broke off with.
    if (inParts?.hasBegun()) await inParts.breakOff(described);
    else if (json && !answered) await write(errorDocument(described));
  } finally {
    if (stopping.code() !== undefined) note(`Stopped. ${onStop}`);
    stopping.end();
  }
}

/** Ctrl-C and a request to terminate abort the signal; the second one ends the process, whatever it is doing. */
function listenForStop(announce: (advice: string) => void) {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const stopWith = (newCode: ExitCode, advice: string) => () => {
    if (code !== undefined) process.exit(newCode);
    code = newCode;
    announce(advice);
    controller.abort();
  };
  const onInterrupt = stopWith(exitCodes.interrupted, " Ctrl-C again stops at once.");
  const onTerminate = stopWith(exitCodes.terminated, "");
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  return {
    signal: controller.signal,
    code: () => code,
    end() {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
    },
  };
}

function answerInParts(json: boolean, beforeWriting: () => void): PartialAnswer {
  let parts = 0;
  let ended = false;
  const answer: AnswerInParts = {
    async add(value, lines) {
      beforeWriting();
      await write(json ? `${parts === 0 ? "[" : ","}\n${JSON.stringify(value)}` : `${lines().join("\n")}\n`);
      parts++;
    },
    async end() {
      ended = true;
      if (json) await write(parts === 0 ? "[]\n" : "\n]\n");
    },
  };
  return {
    ...answer,
    hasBegun: () => parts > 0 || ended,
    async breakOff(error) {
      if (!json || ended) return;
      await answer.add({ error }, () => []);
      await answer.end();
    },
  };
}

/** Where an error arose, when that was asked for. */
async function placeForDebugging(error: unknown): Promise<string> {
  const { debugRequested } = await import("../config.ts");
  if (!(error instanceof Error) || !debugRequested()) return "";
  const frames = error.stack?.split("\n").filter((line) => /^ +at /u.test(line)) ?? [];
  return frames.map((frame) => `\n${frame}`).join("");
}

/** What docs/cli.md promises of every command that fails under --json. */
export function errorDocument(error: ErrorJson): string {
  return `${JSON.stringify({ error }, undefined, 2)}\n`;
}

/** Waits while the reader is slower than we are, so that a long answer does not pile up in memory. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}
