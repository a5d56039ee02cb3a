// @ts-check
// `npm start`: from a fresh clone to the running server, which prints where to open it.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, install, root } from "./setup.mjs";

install();
build();

const { loadEnvFile } = await import(pathToFileURL(join(root, "dist", "config", "env-file.js")).href);
loadEnvFile();
// A terminal is for people: every request is logged only when that was asked for.
process.env.ROLLCALL_LOG_LEVEL ??= "warn";
const main = join(root, "dist", "cli", "main.js");
process.argv = [process.execPath, main, "serve", ...process.argv.slice(2)];
// In this process, so that Ctrl-C reaches the server itself.
await import(pathToFileURL(main).href);
