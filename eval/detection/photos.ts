import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Face, FacesInImage, PixelBox } from "../../src/face/index.ts";
import { ensureModel } from "../../src/face/models/store.ts";
import { sharedDir } from "../../test/shared-data.ts";
import type { Guest, PlannedPhoto } from "../events/plan.ts";
import { renderPhoto } from "../events/render.ts";
import { centredFace } from "../find-faces.ts";
import { imagePath } from "../lfw-pairs.ts";
import { startProgress } from "../progress.ts";

export interface PartyPhoto {
  readonly bytes: Uint8Array;
  /** Faces that the original MTCNN is sure of. */
  readonly reference: readonly PixelBox[];
}

/** A face that the original scores lower is not one to hold against us. */
const SURE = 0.95;

interface ReferenceEntry {
  readonly faces: readonly { readonly box: PixelBox; readonly score: number }[];
}

/** The sample event with what the original MTCNN finds in it; none where the machine has no reference. */
export async function loadPartyPhotos(): Promise<PartyPhoto[]> {
  if (sharedDir === undefined) return [];
  const text = await readFile(join(sharedDir, "reference/mtcnn/detections.json"), "utf8");
  const detections: Readonly<Record<string, ReferenceEntry>> = JSON.parse(text);
  const { files } = await ensureModel("sample-event");
  return Promise.all(
    Object.entries(files).map(async ([name, path]) => {
      const entry = Object.entries(detections).find(([key]) => key.endsWith(`/${name}`))?.[1];
      const sure = entry?.faces.filter(({ score }) => score >= SURE) ?? [];
      return { bytes: await readFile(path), reference: sure.map(({ box }) => box) };
    }),
  );
}

export async function renderAll(photos: readonly PlannedPhoto[], folder: string, seed: string): Promise<Buffer[]> {
  const progress = startProgress("Drawing photos", photos.length);
  const drawn: Buffer[] = [];
  for (const photo of photos) {
    drawn.push(await renderPhoto(photo, folder, seed));
    progress.step();
  }
  progress.end();
  return drawn;
}

/** By person, the best face of a few pictures that no photo shows: what a guest's selfie would be. */
export async function findSelfies(
  guests: readonly Guest[],
  photos: readonly PlannedPhoto[],
  folder: string,
  findFaces: (source: Uint8Array) => Promise<FacesInImage>,
): Promise<Map<string, Face>> {
  const shown = new Map(photos.flatMap(({ faces }) => faces.map(({ image }) => [image.person, image.number])));
  const selfies = new Map<string, Face>();
  const invited = guests.filter(({ person }) => shown.has(person));
  const progress = startProgress("Selfies", invited.length);
  for (const { person, images } of invited) {
    for (const image of images.filter(({ number }) => number !== shown.get(person)).slice(0, PICTURES_TRIED)) {
      const face = centredFace(await findFaces(await readFile(imagePath(folder, image))));
      if (face !== undefined && face.quality.score > (selfies.get(person)?.quality.score ?? 0))
        selfies.set(person, face);
    }
    progress.step();
  }
  progress.end();
  return selfies;
}

const PICTURES_TRIED = 2;
