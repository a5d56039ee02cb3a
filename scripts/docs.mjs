// @ts-check
// `npm run docs`: writes every generated page of docs/, and the icons; with --check, fails when one is not what would be
// written; with --pictures, makes the README's pictures instead, which no two machines draw alike.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { install, root, runTool } from "./setup.mjs";

if (process.argv.includes("--pictures")) {
  await import("./pictures.mjs");
  process.exit();
}
install();
for (const name of readdirSync(join(root, "scripts")).sort()) {
  if (!name.endsWith("-doc.ts") && name !== "icons.ts") continue;
  const code = runTool("tsx", "dist/cli.mjs", [join("scripts", name), ...process.argv.slice(2)]);
  if (code !== 0) process.exitCode = code;
}
// Last, because it is made from the document of the API.
const web = ["docs/openapi.json", "-o", "web/src/shared/api.generated.ts", ...process.argv.slice(2)];
// The generator needs the compiler of its own workspace.
const generator = spawnSync(process.execPath, [join(root, "web/node_modules/openapi-typescript/bin/cli.js"), ...web], {
  cwd: root,
  stdio: ["ignore", "ignore", "inherit"],
});
if (generator.status !== 0) {
  console.error("web/src/shared/api.generated.ts is not what docs/openapi.json says. Run `npm run docs`.");
  process.exitCode = 1;
}
