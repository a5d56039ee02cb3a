// @ts-check
// The README's pictures, made anew: of the web app by its end-to-end test on the sample event, and of the demo in a terminal.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "./chromium.mjs";
import { build, fail, install, root, runTool } from "./setup.mjs";

/** What the test calls those of its pictures that are shown in docs/. */
const shown = /^web-.*\.png$/u;

install();
findChromium();
build();
const folder = mkdtempSync(join(tmpdir(), "rollcall-pictures-"));
try {
  const { status } = spawnSync(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", "test/e2e/web-app.test.ts"],
    { cwd: root, stdio: ["ignore", 2, 2], env: { ...process.env, ROLLCALL_SCREENSHOTS: folder } },
  );
  const names = readdirSync(folder).filter((name) => shown.test(name));
  if (status !== 0 || names.length === 0) {
    fail("The test that makes the pictures failed or was skipped; see above. Those in docs/ are as they were.");
  }
  for (const name of names) copyFileSync(join(folder, name), join(root, "docs", name));
  console.log(`Made ${names.map((name) => `docs/${name}`).join(", ")}. Look at them before you commit them.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// script(1) gives the demo a terminal, and other systems' knows other options.
if (process.platform === "linux") process.exitCode = runTool("tsx", "dist/cli.mjs", ["scripts/demo-svg.ts"]);
