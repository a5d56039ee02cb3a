// @ts-check
// `npm test`: everything that must hold before a change is accepted, quickest first. Arguments go to Vitest.
import { spawnSync } from "node:child_process";
import { findChromium } from "./chromium.mjs";
import { build, fail, install, root } from "./setup.mjs";

/**
 * Runs one check, and ends everything when it fails.
 *
 * @param {string} title
 * @param {string} program a JavaScript file, relative to the project
 * @param {readonly string[]} args
 */
function check(title, program, args) {
  console.log(`\n=== ${title}`);
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) fail(`${title}: failed.`);
  console.log(`    passed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

install();
check("Types", "node_modules/typescript/bin/tsc", ["-p", "."]);
check("Types of the web app", "node_modules/typescript/bin/tsc", ["-p", "web"]);
check("Types of the guest page's service worker", "node_modules/typescript/bin/tsc", ["-p", "web/worker"]);
check("Types of the scripts", "node_modules/typescript/bin/tsc", ["-p", "scripts"]);
check("Lint and format", "node_modules/@biomejs/biome/bin/biome", ["ci", "--error-on-warnings"]);
check("Unused files, exports and dependencies", "node_modules/knip/bin/knip.js", []);
check("Generated documentation", "scripts/docs.mjs", ["--check"]);
findChromium();
// The end-to-end tests run what a user runs.
build();
check("Tests", "node_modules/vitest/vitest.mjs", ["run", ...process.argv.slice(2)]);
