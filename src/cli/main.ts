#!/usr/bin/env node
import { CommanderError } from "commander";
import { loadEnvFile } from "../config/env-file.ts";
import { RollcallError } from "../domain/errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import { type ErrorJson, errorAsJson } from "./report-error.ts";
import { errorDocument } from "./session.ts";

endWithTheReader(process.stdout);
// Messages that nobody can read are no reason to stop the work, and its answer may still be read.
process.stderr.on("error", () => undefined);

try {
  await createProgram().hook("preAction", loadEnvFile).parseAsync();
} catch (error) {
  if (error instanceof RollcallError) {
    process.exitCode = exitCodes.failed;
    process.stderr.write(`rollcall: ${error.message}\n`);
    answerInJson(errorAsJson(error));
  } else if (error instanceof CommanderError) {
    // Commander has printed help, version or its complaint already.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const message = error.message.replace(/^error: /u, "");
    if (process.exitCode === exitCodes.usage) answerInJson({ code: "USAGE", message });
  } else throw error;
}

function answerInJson(error: ErrorJson): void {
  if (process.argv.includes("--json")) process.stdout.write(errorDocument(error));
}

/** `rollcall people | head` closes the pipe early, which is no error; that what stdout leads to is full, is one. */
function endWithTheReader(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`rollcall: The answer could not be written. ${errorAsJson(error).message}\n`);
    process.exit(exitCodes.failed);
  });
}
