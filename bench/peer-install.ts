import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelEnvironment } from "../src/face/models/cache.ts";

/** TensorFlow.js in the version that this face-api was built with. */
const PACKAGES = {
  "@vladmandic/face-api": "1.7.15",
  "@tensorflow/tfjs": "4.22.0",
  "@tensorflow/tfjs-backend-wasm": "4.22.0",
} as const;

export const peerName = `@vladmandic/face-api@${PACKAGES["@vladmandic/face-api"]}`;

/**
 * Installs the peer into the cache folder the first time: it is measured, never a dependency.
 *
 * @returns the folder with its node_modules
 */
export async function installPeer(): Promise<string> {
  const folder = join(modelEnvironment().cacheDir, "bench", `face-api-${PACKAGES["@vladmandic/face-api"]}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`Fetching ${peerName} and TensorFlow.js (330 MB) for comparison ...\n`);
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(temporary, { recursive: true });
  try {
    await writeFile(join(temporary, "package.json"), JSON.stringify({ private: true, dependencies: PACKAGES }));
    const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", temporary];
    const npm = spawn("npm", args, { cwd: temporary, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
    const [code] = await once(npm, "exit");
    if (code !== 0) throw new Error(`npm could not install ${peerName}; its message is above.`);
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}
