import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { tinyDescription, tinyEmbedder } from "../../../test/tiny-embedder.ts";
import { importModel } from "./import.ts";
import { listModels, pullModel, removeModel, verifyModels } from "./inventory.ts";
import { manifest } from "./manifest.ts";
import { ensureModel } from "./store.ts";

async function withTinyModels(...names: string[]) {
  const cacheDir = await temporaryFolder();
  const file = join(await temporaryFolder(), "tiny.onnx");
  await writeFile(file, tinyEmbedder());
  for (const name of names) await importModel({ files: [file], name, description: tinyDescription }, { cacheDir });
  return { cacheDir };
}

async function damageEmbedder(name: string, cacheDir: string) {
  const file = (await ensureModel(name, { cacheDir })).files.embedder ?? "";
  const bytes = await readFile(file);
  bytes[bytes.length - 50] = (bytes[bytes.length - 50] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

test("lists the models of the manifest, ready or not", async () => {
  const models = await listModels({ cacheDir: await temporaryFolder() });
  expect(models.map(({ entry }) => entry.name)).toEqual(manifest.map(({ name }) => name));
  expect(models.some(({ ready, imported, bytes }) => ready || imported || bytes > 0)).toBe(false);
});

test("finds everything intact after an import, and the rest absent", async () => {
  const { cacheDir } = await withTinyModels("tiny");
  const checks = await verifyModels([], { cacheDir });
  expect(checks.filter(({ state }) => state !== "absent")).toEqual([{ name: "tiny", state: "intact", problems: [] }]);
  expect(checks).toHaveLength(manifest.length + 1);
});

test("finds a flipped bit, and says so until the model is removed and imported again", async () => {
  const { cacheDir } = await withTinyModels("tiny");
  await damageEmbedder("tiny", cacheDir);
  const [check] = await verifyModels(["tiny"], { cacheDir });
  expect(check?.state).toBe("damaged");
  expect(check?.problems[0]?.problem).toBe("has another content than was published or converted");
  await expect(pullModel("tiny", { cacheDir })).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
});

test("finds a file that was cut short or is gone", async () => {
  const { cacheDir } = await withTinyModels("tiny");
  const file = (await ensureModel("tiny", { cacheDir })).files.embedder ?? "";
  await truncate(file, 100);
  expect((await verifyModels(["tiny"], { cacheDir }))[0]?.problems[0]?.problem).toContain("has 100 bytes in place of");
  expect((await listModels({ cacheDir })).find(({ entry }) => entry.name === "tiny")?.ready).toBe(false);
});

test("reports an imported model whose record is damaged, and can still remove it", async () => {
  const { cacheDir } = await withTinyModels("tiny");
  await writeFile(join(cacheDir, "custom", "tiny.json"), "{");
  await expect(ensureModel("tiny", { cacheDir })).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
  expect((await verifyModels(["tiny"], { cacheDir }))[0]?.state).toBe("damaged");
  await removeModel("tiny", { cacheDir });
  await expect(ensureModel("tiny", { cacheDir })).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
});

test("removes a model with everything that was kept of it, and nothing of another made from the same file", async () => {
  const { cacheDir } = await withTinyModels("tiny", "tiny-2");
  // Its own copy goes; the file that both were made from stays, and is not counted as freed.
  expect(await removeModel("tiny", { cacheDir })).toBe(tinyEmbedder().length);
  expect(await verifyModels(["tiny-2"], { cacheDir })).toEqual([{ name: "tiny-2", state: "intact", problems: [] }]);
  await expect(ensureModel("tiny", { cacheDir })).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
  expect(await removeModel("tiny-2", { cacheDir })).toBe(tinyEmbedder().length);
  const left = await readdir(cacheDir, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
});

test("removes nothing when there is nothing, and knows no model that does not exist", async () => {
  const cacheDir = await temporaryFolder();
  expect(await removeModel("facenet", { cacheDir })).toBe(0);
  for (const act of [removeModel, pullModel, ensureModel]) {
    await expect(act("nobody", { cacheDir })).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
  }
  await expect(verifyModels(["nobody"], { cacheDir })).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
});
