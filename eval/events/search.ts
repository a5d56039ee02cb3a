import { type Calibration, openCalibration } from "../../src/face/calibration.ts";
import { type Grouping, groupFaces } from "../../src/face/cluster.ts";
import type { Face } from "../../src/face/index.ts";
import { answerSearch, defaultThreshold, type SearchAnswer } from "../../src/face/search.ts";
import { FaceIndex } from "../../src/face/search-index.ts";
import type { FoundFace, Retrieval } from "./score.ts";

/** An event as it is after indexing: its faces grouped into people, and ready to be searched. */
export interface IndexedEvent {
  /** The group of each face by the face's id. */
  readonly groups: ReadonlyMap<string, string>;
  search(selfie: Face, threshold: number): SearchAnswer;
}

/** Faces looked at first; all faces of the people among them are then weighed. */
const NEAREST = 64;

export function indexEvent(found: readonly FoundFace[], embedder: string): IndexedEvent {
  const calibration: Calibration = openCalibration(embedder);
  const { people }: Grouping = groupFaces(
    found.map(({ id, photoId, face }) => ({
      id,
      photoId,
      embedding: face.embedding,
      quality: face.quality.score,
      box: face.box,
    })),
    { calibration },
  );
  const groups = new Map(people.flatMap(({ faceIds }, i) => faceIds.map((id) => [id, `person ${i + 1}`] as const)));
  const members = new Map(people.map(({ faceIds }, i) => [`person ${i + 1}`, faceIds]));
  const qualities = new Map(found.map(({ id, face }) => [id, face.quality.score]));
  const index = new FaceIndex(found[0]?.face.embedding.length ?? 0, { threads: 1 });
  index.add(found.map(({ id, face }) => ({ id, embedding: face.embedding })));

  return {
    groups,
    search({ embedding, quality }, threshold) {
      const nearest = new Set(index.search(embedding, NEAREST).map(({ id }) => groups.get(id) ?? id));
      const faceIds = [...nearest].flatMap((personId) => members.get(personId) ?? []);
      const hits = index.compare(embedding, faceIds).map(({ id, similarity }) => ({
        faceId: id,
        personId: groups.get(id) ?? id,
        similarity,
        quality: qualities.get(id) ?? 0,
      }));
      return answerSearch({ queryQuality: quality.score, hits, people: people.length, calibration, threshold });
    },
  };
}

/** Searches for somebody as a guest would; without a face in the selfie there is nothing to search with. */
export function retrieve(
  event: IndexedEvent,
  person: string,
  selfie: Face | undefined,
  photoOf: (faceId: string) => string,
): Retrieval {
  if (selfie === undefined) return { person, returned: [], ranked: [], matches: [] };
  const answer = event.search(selfie, defaultThreshold);
  const photos = ({ matches }: SearchAnswer) => [...new Set(matches.map(({ faceId }) => photoOf(faceId)))];
  const all = event.search(selfie, 0);
  return {
    person,
    returned: answer.kind === "found" ? photos(answer) : [],
    ranked: photos(all),
    matches: all.matches,
  };
}
