// @ts-check
// Runs a TypeScript program of the project, `node scripts/run.mjs eval/main.ts lfw`, with stdout left to that program.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { fail, install, root } from "./setup.mjs";

const [program, ...args] = process.argv.slice(2);
if (program === undefined) fail("Usage: node scripts/run.mjs <program.ts> [arguments]");

install();

const child = spawn(process.execPath, ["--import", "tsx", join(root, program), ...args], { stdio: "inherit" });
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  // A terminal sends Ctrl-C to both; the program decides when it ends, and this one ends with it.
  process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
}
child.on("error", (error) => fail(error.message));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
});
