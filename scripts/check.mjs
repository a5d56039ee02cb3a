// @ts-check
// `npm test`: everything that must hold before a change is accepted, quickest first. Arguments go to Vitest.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, fail, install, root } from "./setup.mjs";

const typescript = "typescript/bin/tsc";
const tsx = "tsx/dist/cli.mjs";

/** @type {readonly { title: string, tool: string, args: readonly string[] }[]} */
const steps = [
  { title: "Types", tool: typescript, args: ["-p", "."] },
  { title: "Types of the scripts", tool: typescript, args: ["-p", "scripts"] },
  { title: "Lint and format", tool: "@biomejs/biome/bin/biome", args: ["ci", "--error-on-warnings"] },
  { title: "Unused files, exports and dependencies", tool: "knip/bin/knip.js", args: [] },
  { title: "Generated documentation", tool: tsx, args: ["scripts/cli-doc.ts", "--check"] },
  { title: "Tests", tool: "vitest/vitest.mjs", args: ["run", ...process.argv.slice(2)] },
];

install();
// The end-to-end tests run what a user runs.
build();

for (const { title, tool, args } of steps) {
  console.log(`\n=== ${title}`);
  const started = performance.now();
  const program = join(root, "node_modules", tool);
  if (!existsSync(program)) fail(`${tool} is missing from node_modules. Remove node_modules and run this again.`);
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) fail(`${title}: failed.`);
  console.log(`    passed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
