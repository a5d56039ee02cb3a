// @ts-check
// Finds the browser of the end-to-end tests; where it can be installed in the usual way, does so; else says what is skipped.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const asked = process.env.ROLLCALL_TEST_CHROMIUM;

export function findChromium() {
  if (asked !== undefined || places.some((place) => existsSync(place))) return;
  const mayInstall = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  if (mayInstall) {
    console.log("\nInstalling Chromium with apt-get, for the tests of the web app ...");
    spawnSync("apt-get", ["update", "-q"], { stdio: ["ignore", "ignore", "inherit"] });
    const install = ["install", "-qy", "--no-install-recommends", "chromium"];
    spawnSync("apt-get", install, { stdio: ["ignore", "ignore", "inherit"] });
    if (places.some((place) => existsSync(place))) return;
  }
  const how = "Install Chromium, or set ROLLCALL_TEST_CHROMIUM to the path of one.";
  if (process.env.CI) {
    console.error(`There is no Chromium for the tests of the web app. ${how}`);
    process.exit(1);
  }
  console.log(`\nSKIPPED: the tests of the web app (test/e2e/web-*), because there is no Chromium. ${how}`);
}
