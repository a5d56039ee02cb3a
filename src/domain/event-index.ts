import { FaceIndex } from "../face/search-index.ts";
import type { EventFaces, FaceStore } from "./ports.ts";

/** The faces of one event, ready to be searched. */
export interface EventIndex {
  readonly revision: number;
  readonly index: FaceIndex;
  /** Of everything below, by face. */
  readonly rows: ReadonlyMap<string, number>;
  readonly photoIds: readonly string[];
  /** Who each face is of; a face of nobody yet is a person of its own. */
  readonly personIds: readonly string[];
  readonly qualities: Float32Array;
  /** Face ids by person. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** Keeps the faces of the event searched last in memory, until they change. */
export class EventIndexCache {
  readonly #faces: FaceStore;
  #latest: { readonly key: string; readonly index: EventIndex } | undefined;

  constructor(faces: FaceStore) {
    this.#faces = faces;
  }

  /** Leaves nothing of the event's faces in memory. */
  forget(eventId: string): void {
    if (this.#latest?.key.startsWith(`${eventId} `)) this.#latest = undefined;
    this.#faces.forget(eventId);
  }

  async get(eventId: string, pipelineId: string): Promise<EventIndex> {
    const key = `${eventId} ${pipelineId}`;
    const latest = this.#latest;
    if (latest?.key === key && latest.index.revision === (await this.#faces.revision(eventId))) return latest.index;
    this.#latest = undefined;
    const index = indexFaces(await this.#faces.load(eventId, pipelineId));
    this.#latest = { key, index };
    return index;
  }
}

/** Copies the vectors; the rest is kept as it is. */
export function indexFaces({
  revision,
  ids,
  photoIds,
  personIds,
  qualities,
  dimension,
  vectors,
}: EventFaces): EventIndex {
  const index = new FaceIndex(dimension);
  index.add(ids.map((id, i) => ({ id, embedding: vectors.subarray(i * dimension, (i + 1) * dimension) })));
  const people = ids.map((id, i) => personIds[i] ?? id);
  const members = new Map<string, string[]>();
  for (const [i, id] of ids.entries()) {
    const person = people[i] ?? id;
    const faces = members.get(person);
    if (faces) faces.push(id);
    else members.set(person, [id]);
  }
  const rows = new Map(ids.map((id, i) => [id, i]));
  return { revision, index, rows, photoIds, personIds: people, qualities, members };
}
