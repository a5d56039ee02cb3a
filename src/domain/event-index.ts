import type { PixelBox } from "../face/geometry.ts";
import { FaceIndex } from "../face/search-index.ts";
import { type EventFaces, type EventState, noState } from "./face-ports.ts";
import { Look } from "./look.ts";

/** A face of an event, without its embedding. */
export interface EventFace {
  readonly id: string;
  readonly photoId: string;
  /** Null for a face of nobody yet. */
  readonly personId: string | null;
  /** Overall, 0 to 1. */
  readonly quality: number;
  /** Pixels of the upright original. */
  readonly box: PixelBox;
}

/** What a person looks like by all their faces of an event, and where they are seen. */
export interface Appearance {
  /** Unit length. */
  readonly mean: Float32Array;
  /** Of all faces together. */
  readonly evidence: number;
  readonly photos: ReadonlySet<string>;
}

/**
 * All faces of an event that one pipeline found, ready to be searched. It is kept up to date in place, whenever somebody
 * asks for it: what belongs together is to be read without waiting in between.
 */
export class EventIndex {
  readonly pipelineId: string;
  /** Of the event when the faces were read. */
  state: EventState = noState;
  #embeddings = new FaceIndex(0);
  readonly #faces = new Map<string, EventFace>();
  readonly #members = new Map<string, Set<string>>();
  /** Of people who were asked for, until their faces change: an erased face leaves nothing behind here either. */
  readonly #appearances = new Map<string, Appearance>();

  constructor(pipelineId: string) {
    this.pipelineId = pipelineId;
  }

  get size(): number {
    return this.#faces.size;
  }

  get embeddings(): Omit<FaceIndex, "add" | "remove"> {
    return this.#embeddings;
  }

  /** Face ids by person; a face of nobody yet is a person of its own. */
  get members(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#members;
  }

  face(id: string): EventFace | undefined {
    return this.#faces.get(id);
  }

  /** Who a face is of, as `members` has it. */
  personOf(id: string): string {
    const face = this.#faces.get(id);
    return face === undefined ? id : personOf(face);
  }

  /**
   * What a person looks like, by all their faces; undefined of somebody who has none.
   *
   * @param evidence of a face of that quality, as the calibration of the pipeline's embedder has it
   */
  appearance(personId: string, evidence: (quality: number) => number): Appearance | undefined {
    const known = this.#appearances.get(personId);
    if (known) return known;
    const look = new Look(this.#embeddings.dimension);
    const photos = new Set<string>();
    // Sums of small numbers depend on their order, so that of the faces is fixed.
    for (const faceId of [...(this.#members.get(personId) ?? [])].sort()) {
      const [face, embedding] = [this.#faces.get(faceId), this.#embeddings.get(faceId)];
      if (!face || !embedding) continue;
      look.add(embedding, evidence(face.quality));
      photos.add(face.photoId);
    }
    if (photos.size === 0) return undefined;
    const appearance = { mean: look.mean(), evidence: look.evidence, photos };
    this.#appearances.set(personId, appearance);
    return appearance;
  }

  /**
   * Adds faces, or says anew what is known of them.
   *
   * @param embeddings of unit length, by id; a face without one keeps what it has, and is left out when it has none
   */
  put(faces: Iterable<EventFace>, embeddings: ReadonlyMap<string, Float32Array>): void {
    const [first] = embeddings.values();
    if (first && this.size === 0) this.#embeddings = new FaceIndex(first.length);
    this.#embeddings.add([...embeddings].map(([id, embedding]) => ({ id, embedding })));
    for (const face of faces) {
      if (!this.#embeddings.has(face.id)) continue;
      this.#leave(face.id);
      this.#faces.set(face.id, face);
      const person = personOf(face);
      const members = this.#members.get(person);
      if (members) members.add(face.id);
      else this.#members.set(person, new Set([face.id]));
      this.#appearances.delete(person);
    }
  }

  /** Forgets all other faces; nothing of them is left in memory. */
  keepOnly(ids: ReadonlySet<string>): void {
    const gone = [...this.#faces.keys()].filter((id) => !ids.has(id));
    this.#embeddings.remove(gone);
    for (const id of gone) {
      this.#leave(id);
      this.#faces.delete(id);
    }
  }

  /** A copy of everything, which stays as it is. */
  snapshot(): EventFaces {
    const { dimension } = this.#embeddings;
    const faces = [...this.#faces.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const vectors = new Float32Array(faces.length * dimension);
    const boxes = new Float32Array(faces.length * 4);
    for (const [i, { id, box }] of faces.entries()) {
      vectors.set(this.#embeddings.get(id) ?? [], i * dimension);
      boxes.set(box, i * 4);
    }
    return {
      ...this.state,
      pipelineId: this.pipelineId,
      ids: faces.map((face) => face.id),
      photoIds: faces.map((face) => face.photoId),
      personIds: faces.map((face) => face.personId),
      qualities: Float32Array.from(faces, (face) => face.quality),
      boxes,
      dimension,
      vectors,
    };
  }

  /** Takes a face from its person. */
  #leave(id: string): void {
    const face = this.#faces.get(id);
    if (face === undefined) return;
    const person = personOf(face);
    const members = this.#members.get(person);
    members?.delete(id);
    this.#appearances.delete(person);
    if (members?.size === 0) this.#members.delete(person);
  }
}

function personOf({ id, personId }: EventFace): string {
  return personId ?? id;
}
