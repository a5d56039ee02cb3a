import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { tinyDescription, tinyEmbedder } from "../../../test/tiny-embedder.ts";
import { importModel } from "./import.ts";
import { listModels } from "./inventory.ts";
import { ensureModel } from "./store.ts";

async function files(contents: Readonly<Record<string, Uint8Array | string>>) {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
  return (name: string) => join(folder, name);
}

/** Everything in a folder but the empty folders. */
async function contentsOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe("an embedder of one's own", () => {
  test("is ready to use, is listed, and stays for the next run", async () => {
    const cacheDir = await temporaryFolder();
    const path = await files({ "tiny.onnx": tinyEmbedder() });
    const request = { files: [path("tiny.onnx")], name: "tiny", description: tinyDescription };
    const model = await importModel(request, { cacheDir });
    expect(await readFile(model.files.embedder ?? "")).toEqual(Buffer.from(tinyEmbedder()));
    expect(model.embedder).toMatchObject({ name: "tiny", dimension: 4, inputSize: 16, mean: [127.5, 127.5, 127.5] });
    expect(await ensureModel("tiny", { cacheDir })).toEqual(model);
    const listed = (await listModels({ cacheDir })).find(({ entry }) => entry.name === "tiny");
    expect(listed).toMatchObject({ imported: true, ready: true, bytes: tinyEmbedder().length });
  });

  test("has another hash when something else is fed to it", async () => {
    const path = await files({ "tiny.onnx": tinyEmbedder() });
    const hashes = await Promise.all(
      [tinyDescription, { ...tinyDescription, channels: "bgr" }].map(async (description) => {
        const request = { files: [path("tiny.onnx")], name: "tiny", description };
        return (await importModel(request, { cacheDir: await temporaryFolder() })).hash;
      }),
    );
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  test("can be imported again as it is, and is not replaced by another", async () => {
    const cacheDir = await temporaryFolder();
    const path = await files({ "tiny.onnx": tinyEmbedder(), "other.onnx": tinyEmbedder({ seed: 2 }) });
    const request = { files: [path("tiny.onnx")], name: "tiny", description: tinyDescription };
    await importModel(request, { cacheDir });
    await importModel(request, { cacheDir });
    await expect(importModel({ ...request, files: [path("other.onnx")] }, { cacheDir })).rejects.toThrow(
      "`rollcall models remove tiny` first",
    );
  });

  test("with a fixed batch is taken when its description says so", async () => {
    const path = await files({ "tiny.onnx": tinyEmbedder({ batch: 1 }) });
    const request = { files: [path("tiny.onnx")], name: "tiny", description: tinyDescription };
    await expect(importModel(request, { cacheDir: await temporaryFolder() })).rejects.toThrow('say "fixedBatch": 1');
    const description = { ...tinyDescription, fixedBatch: 1 };
    const model = await importModel({ ...request, description }, { cacheDir: await temporaryFolder() });
    expect(model.embedder?.fixedBatch).toBe(1);
  });

  test.each([
    ["cut short", tinyEmbedder().subarray(0, -100), tinyDescription, "MODEL_CORRUPT"],
    ["of another size than described", tinyEmbedder(), { ...tinyDescription, inputSize: 32 }, "MODEL_UNSUPPORTED"],
    ["with other dimensions", tinyEmbedder(), { ...tinyDescription, dimension: 5 }, "MODEL_UNSUPPORTED"],
    ["with another layout", tinyEmbedder(), { ...tinyDescription, layout: "nhwc" }, "MODEL_UNSUPPORTED"],
    ["not described", tinyEmbedder(), undefined, "MODEL_DESCRIPTION_INVALID"],
    ["described wrongly", tinyEmbedder(), { ...tinyDescription, scale: 0 }, "MODEL_DESCRIPTION_INVALID"],
    ["that onnxruntime cannot run", tinyEmbedder({ op: "Flattem" }), tinyDescription, "MODEL_UNSUPPORTED"],
  ])("%s is refused, and nothing kept", async (_, bytes, description, code) => {
    const cacheDir = await temporaryFolder();
    const path = await files({ "tiny.onnx": bytes });
    const request = { files: [path("tiny.onnx")], name: "tiny", description };
    await expect(importModel(request, { cacheDir })).rejects.toMatchObject({ code });
    expect(await contentsOf(cacheDir)).toEqual([]);
  });

  test("needs a name that can be a file's", async () => {
    const request = { files: ["x.onnx"], name: "../escape", description: tinyDescription };
    await expect(importModel(request, { cacheDir: await temporaryFolder() })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });
});

describe("a published model", () => {
  test.each([
    [
      "another file",
      Buffer.alloc(1000),
      "its SHA-256 is 541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53",
    ],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"],
    ["a web page", "\n<!DOCTYPE html><html>", "web page"],
  ])("is not taken from %s, and nothing kept", async (_, bytes, message) => {
    const cacheDir = await temporaryFolder();
    const path = await files({ "model.pt": bytes });
    const importing = importModel({ files: [path("model.pt")], name: "facenet" }, { cacheDir });
    await expect(importing).rejects.toMatchObject({
      code: "MODEL_CORRUPT",
      message: expect.stringContaining(message),
    });
    expect(await contentsOf(cacheDir)).toEqual([]);
  });

  test("takes no description", async () => {
    const request = { files: ["x"], name: "sface", description: tinyDescription };
    await expect(importModel(request, { cacheDir: await temporaryFolder() })).rejects.toThrow("takes no description");
  });

  test("says which file cannot be read", async () => {
    const request = { files: ["/no/such/file.pt"], name: "facenet" };
    await expect(importModel(request, { cacheDir: await temporaryFolder() })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: "/no/such/file.pt cannot be read: there is no such file.",
    });
  });
});
