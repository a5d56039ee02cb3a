import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Chromium on this machine; undefined where there is none, and scripts/chromium.mjs has said so. */
export const chromiumPath: string | undefined =
  process.env.ROLLCALL_TEST_CHROMIUM ?? places.find((one) => existsSync(one));

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  /** A film in Motion JPEG that the browser takes for its camera; without it, there is no camera. */
  readonly camera?: string;
}

/** A browser of its own, that nobody used before. */
export async function openBrowser({ width, height, dark = false, camera }: Screen): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), "rollcall-browser-"));
  return await chromium.launchPersistentContext(profile, {
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    headless: true,
    args:
      camera === undefined
        ? quiet
        : [...quiet, "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${camera}`],
    permissions: camera === undefined ? [] : ["camera"],
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
  });
}
