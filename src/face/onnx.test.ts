import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { tinyEmbedder } from "../../test/tiny-embedder.ts";
import { FaceError } from "./errors.ts";
import { checkProviders, openSession } from "./onnx.ts";

async function errorOf(work: () => unknown): Promise<FaceError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof FaceError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("execution providers", () => {
  it("refuses one that the runtime does not have, and lists those that it has", async () => {
    const { code, message } = await errorOf(() => checkProviders(["cpu", "abacus"]));
    expect(code).toBe("PROVIDER_UNAVAILABLE");
    expect(message).toMatch(/cannot run on "abacus".* does not have it\. Use one or more of cpu, /u);
  });

  // Nothing here has CUDA's library beside the runtime; where somebody installed it, there is nothing to refuse.
  it.runIf(process.platform === "linux" && process.arch === "x64")(
    "refuses one whose library is not installed, and says how to get it",
    async () => {
      const { code, message } = await errorOf(() => checkProviders(["cuda", "cpu"]));
      expect(code).toBe("PROVIDER_UNAVAILABLE");
      expect(message).toMatch(/onnxruntime_providers_cuda.* not installed.* docs\/models\.md .*`--provider cpu`/u);
    },
  );

  // There is no graphics card on a build server; where there is one, the session opens.
  it.runIf(process.platform === "linux" && process.arch === "x64")(
    "blames the provider and not the network when the machine has no graphics card for it",
    async () => {
      const outcome = await openSession(tinyEmbedder(), { providers: ["webgpu"] }).then(
        (session) => session.close(),
        (error: unknown) => error,
      );
      if (outcome !== undefined) expect(outcome).toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
    },
  );

  it("blames the network when the network is at fault", async () => {
    const { code, message } = await errorOf(() => openSession(tinyEmbedder({ op: "Unheard" })));
    expect(code).toBe("MODEL_UNSUPPORTED");
    expect(message).toContain("ONNX Runtime cannot load the network");
    expect(message).not.toContain("models pull");
  });

  it("says how to repair a file that cannot be loaded", async () => {
    const file = join(await temporaryFolder(), "cut-short.onnx");
    await writeFile(file, tinyEmbedder().subarray(0, 100));
    const { code, message } = await errorOf(() => openSession(file));
    expect(code).toBe("MODEL_UNSUPPORTED");
    expect(message).toContain("`rollcall models pull <name>`");
  });
});

describe("telemetry", () => {
  it("leaves no identifier of the machine behind", { timeout: 30_000 }, async () => {
    const home = await temporaryFolder();
    const program = `
      import { openSession } from ${JSON.stringify(new URL("./onnx.ts", import.meta.url).href)};
      import { tinyEmbedder } from ${JSON.stringify(new URL("../../test/tiny-embedder.ts", import.meta.url).href)};
      await (await openSession(tinyEmbedder())).close();`;
    const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    execFileSync(process.execPath, ["--import", loader, "--input-type=module", "--eval", program], {
      // The runtime is silent by itself where CI is set.
      env: { HOME: home, XDG_CACHE_HOME: home, TMPDIR: home, PATH: process.env.PATH },
    });
    expect(readdirSync(home).filter((name) => !name.startsWith("tsx-"))).toEqual([]);
  });
});
