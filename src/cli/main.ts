#!/usr/bin/env node
import { CommanderError } from "commander";
import { exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import { errorAsJson } from "./report-error.ts";
import { errorDocument } from "./session.ts";

endWithTheReader(process.stdout);
// Messages that nobody can read are no reason to stop the work, and its answer may still be read.
process.stderr.on("error", () => undefined);

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has printed help, version or its complaint already.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (process.exitCode === exitCodes.usage && process.argv.includes("--json")) {
    process.stdout.write(errorDocument({ code: "USAGE", message: error.message.replace(/^error: /u, "") }));
  }
}

/** `rollcall people | head` closes the pipe early, which is no error; that what stdout leads to is full, is one. */
function endWithTheReader(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`rollcall: The answer could not be written. ${errorAsJson(error).message}\n`);
    process.exit(exitCodes.failed);
  });
}
