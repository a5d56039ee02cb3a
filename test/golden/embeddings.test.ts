import { readFile, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { openFaceEngine } from "../../src/face/engine.ts";
import { ensureModel } from "../../src/face/models/store.ts";

const EMBEDDERS = ["mobilefacenet", "dlib"];
const GOLDEN = new URL("./embeddings.json", import.meta.url);
/** Other processors round differently in the last bits; a change of the pipeline moves vectors by far more. */
const TOLERANCE = 0.004;

interface GoldenFaces {
  readonly pipelineId: string;
  readonly faces: readonly { readonly box: readonly number[]; readonly embedding: readonly number[] }[];
}

/**
 * Vectors of one pipeline id are compared for years. When this fails, the same photo gives other vectors than before:
 * raise PREPROCESSING_REVISION in src/face/pipeline-id.ts, then record the new ones with UPDATE_GOLDEN=1.
 */
it.each(EMBEDDERS)("the vectors of %s do not move while their pipeline id stays", { timeout: 120_000 }, async (embedder) => {
  const now = await embedSample(embedder);
  const golden: Record<string, GoldenFaces> = JSON.parse(await readFile(GOLDEN, "utf8").catch(() => "{}"));
  if (process.env.UPDATE_GOLDEN) {
    await writeFile(GOLDEN, `${JSON.stringify({ ...golden, [embedder]: now })}\n`);
    return;
  }
  const recorded = golden[embedder];
  expect(now.pipelineId).toBe(recorded?.pipelineId);
  expect(now.faces).toHaveLength(recorded?.faces.length ?? -1);
  for (const [i, face] of now.faces.entries()) {
    const before = recorded?.faces[i];
    for (const [j, edge] of face.box.entries()) expect(Math.abs(edge - (before?.box[j] ?? 0))).toBeLessThan(1);
    const moved = face.embedding.map((value, j) => Math.abs(value - (before?.embedding[j] ?? 0)));
    expect(Math.max(...moved)).toBeLessThan(TOLERANCE);
  }
});

async function embedSample(embedder: string): Promise<GoldenFaces> {
  const { files } = await ensureModel("sample-event");
  const engine = await openFaceEngine({ embedder, workers: 1 });
  try {
    const { pipelineId, faces } = await engine.findFaces(files["sample1.jpg"] ?? "");
    return {
      pipelineId,
      faces: faces.map((face) => ({
        box: face.box.map((edge) => Number(edge.toFixed(1))),
        embedding: [...face.embedding].map((value) => Number(value.toFixed(4))),
      })),
    };
  } finally {
    await engine.close();
  }
}
