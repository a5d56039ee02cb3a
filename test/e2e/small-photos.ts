import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

/** Photos of the sample party, scaled down a little differently each, in folders; some of them twice. */
export async function smallPhotos(count: number): Promise<string> {
  const samples = await sampleFolder();
  const target = join(temporaryFolder(), "party");
  await mkdir(join(target, "again"), { recursive: true });
  for (let i = 0; i < count; i++) {
    const file = join(target, `${i}.jpg`);
    await sharp(join(samples, `sample${(i % 6) + 1}.jpg`), { failOn: "none" })
      .resize(640 - i)
      .jpeg()
      .toFile(file);
    if (i % 4 === 0) await copyFile(file, join(target, "again", `${i}.jpg`));
  }
  return target;
}

/** Mulberry32, a small generator of public domain: the same moments in every run of the test. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
