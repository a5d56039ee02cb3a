// @ts-check
// `npm run docs`: writes every generated page of docs/; with --check, fails when one is not what would be written.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { install, root, runTool } from "./setup.mjs";

install();
for (const name of readdirSync(join(root, "scripts")).sort()) {
  if (!name.endsWith("-doc.ts")) continue;
  const code = runTool("tsx", "dist/cli.mjs", [join("scripts", name), ...process.argv.slice(2)]);
  if (code !== 0) process.exitCode = code;
}
