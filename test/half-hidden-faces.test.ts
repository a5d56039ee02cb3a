import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { centredFace } from "../eval/find-faces.ts";
import { type FaceEngine, type FacesInImage, groupFaces, openFaceEngine } from "../src/face/index.ts";
import { defaultThreshold } from "../src/face/search.ts";
import { sharedDir } from "./shared-data.ts";

/** In the background of each, at the edge or behind somebody, is a face of which hardly anything can be seen. */
const pictures = [
  "Alec_Baldwin_0001",
  "Anders_Fogh_Rasmussen_0002",
  "Arminio_Fraga_0005",
  "Arturo_Gatti_0002",
  "Bashar_Assad_0002",
  "Benjamin_Netanyahu_0001",
  "Candice_Bergen_0003",
  "Denzel_Washington_0002",
  "Eileen_Coparropa_0001",
  "Elsa_Zylberstein_0006",
  "George_Voinovich_0001",
  "Gregg_Popovich_0001",
  "Herb_Sendek_0004",
  "James_Cameron_0001",
];

describe.skipIf(sharedDir === undefined)("faces that are half hidden (needs the shared reference data)", () => {
  let engine: FaceEngine;
  let found: FacesInImage[];

  beforeAll(async () => {
    engine = await openFaceEngine();
    const folder = join(sharedDir ?? "", "datasets/lfw");
    found = await Promise.all(pictures.map((name) => engine.findFaces(join(folder, name.slice(0, -5), `${name}.jpg`))));
  }, 60_000);
  afterAll(() => engine.close());

  it("look alike to the network, and are not one person for that", () => {
    const faces = found.flatMap((picture, p) =>
      picture.faces.map(({ embedding, quality }, i) => ({
        id: `${pictures[p]} ${i}`,
        photoId: pictures[p] ?? "",
        embedding,
        quality: quality.score,
        pipelineId: picture.pipelineId,
      })),
    );
    const together = groupFaces(faces).people.filter(({ faceIds }) => faceIds.length > 1);
    expect(together.map(({ faceIds }) => faceIds)).toEqual([]);
  });

  it("are known for what they are, and hardly ever said to be one person when compared", () => {
    const hidden = found.map((picture) => picture.faces.filter((face) => face !== centredFace(picture)));
    expect(hidden.flat().length).toBeGreaterThanOrEqual(pictures.length);
    const reliable = hidden.flat().filter(({ quality }) => quality.reliability >= 0.85);
    expect(reliable.length).toBeLessThan(hidden.flat().length / 4);
    const confidences = hidden.flatMap((own, i) =>
      own.flatMap((a) => hidden.slice(i + 1).flatMap((others) => others.map((b) => engine.compare(a, b).confidence))),
    );
    // Chosen from all of LFW because they look alike to the network, so some are let pass.
    expect(confidences.filter((confidence) => confidence >= defaultThreshold).length / confidences.length).toBeLessThan(
      0.1,
    );
    expect(Math.max(...confidences)).toBeLessThan(0.97);
  });
});
