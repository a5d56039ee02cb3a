import type { Grouping, GroupingConstraints } from "../face/cluster.ts";
import { boxOfFace, type GroupingJob } from "./group-faces.ts";
import { assignIdentities } from "./identities.ts";
import { type Decision, type EventFaces, eventGone, type Stores } from "./ports.ts";
import { findSameFace } from "./same-face.ts";

/** To be raised when grouping gives other people for the same faces, so that events are grouped again. */
const groupingRevision = 3;

/** Runs a grouping job; heavy, so it is given from outside and may run elsewhere. */
export type GroupFaces = (job: GroupingJob, signal?: AbortSignal) => Promise<Grouping>;

/**
 * Groups the event's faces into people, unless that was done since they last changed. People keep their ids and names,
 * and what humans decided holds. Depends on the faces and decisions alone, not on the order they came in.
 *
 * @throws the signal's reason
 */
export async function groupEvent(
  stores: Pick<Stores, "faces" | "people">,
  groupFaces: GroupFaces,
  eventId: string,
  {
    pipelineId,
    embedder,
    signal,
    whileGrowing = false,
  }: {
    readonly pipelineId: string;
    readonly embedder: string;
    readonly signal?: AbortSignal;
    /** Group once what is there, for people to see, though more is coming. */
    readonly whileGrowing?: boolean;
  },
): Promise<void> {
  const grouping = `${groupingRevision} ${pipelineId}`;
  // Others may add faces meanwhile; then what was computed is out of date and is done again.
  while ((await stores.faces.grouping(eventId)) !== grouping) {
    const faces = (await stores.faces.index(eventId, pipelineId)).snapshot();
    if (faces.revision === eventGone) return;
    const decisions = decisionsAboutFaces(faces, await stores.people.decisions(eventId));
    const job = { faces, embedder, constraints: constraintsOf(decisions), ignored: decisions.ignored };
    const { people } = await groupFaces(job, signal);
    const before = new Map(faces.ids.flatMap((id, i) => pair(id, faces.personIds[i])));
    const assignments = assignIdentities(
      people.map((person) => person.faceIds),
      {
        before,
        confirmed: decisions.confirmed,
        rejected: decisions.rejected,
        reserved: new Set([...(await stores.people.names(eventId)).keys(), ...decisions.confirmed.values()]),
      },
    );
    const nobody = [...decisions.ignored].map((faceId) => ({ faceId, personId: null }));
    signal?.throwIfAborted();
    // While photos come in, most faces stay with whom they are, and writing takes a hundred times as long as comparing.
    const changed = [...assignments, ...nobody].filter(
      ({ faceId, personId }) => (before.get(faceId) ?? null) !== personId,
    );
    await stores.faces.assign(eventId, { state: faces, grouping, whileGrowing }, changed);
    if (whileGrowing) return;
  }
}

function pair(faceId: string, personId: string | null | undefined): [string, string][] {
  return personId === null || personId === undefined ? [] : [[faceId, personId]];
}

interface DecisionsAboutFaces {
  readonly confirmed: ReadonlyMap<string, string>;
  readonly rejected: ReadonlyMap<string, ReadonlySet<string>>;
  readonly ignored: ReadonlySet<string>;
}

/** Decisions name photos and boxes; here they are about the faces that are there now. The latest about a face holds. */
function decisionsAboutFaces(faces: EventFaces, decisions: readonly Decision[]): DecisionsAboutFaces {
  const confirmed = new Map<string, string>();
  const rejected = new Map<string, Set<string>>();
  const ignored = new Set<string>();
  if (decisions.length === 0) return { confirmed, rejected, ignored };
  const wanted = new Set(decisions.map((decision) => decision.photoId));
  const inPhoto = new Map<string, number[]>();
  for (const [i, photoId] of faces.photoIds.entries()) {
    if (wanted.has(photoId)) inPhoto.set(photoId, [...(inPhoto.get(photoId) ?? []), i]);
  }
  for (const { photoId, box, verdict, personId } of decisions) {
    const face = findSameFace(box, inPhoto.get(photoId) ?? [], (i) => boxOfFace(faces, i));
    const faceId = face === undefined ? undefined : faces.ids[face];
    if (faceId === undefined) continue;
    if (verdict === "ignore" || personId === null) {
      ignored.add(faceId);
      confirmed.delete(faceId);
    } else if (verdict === "is") {
      confirmed.set(faceId, personId);
      rejected.get(faceId)?.delete(personId);
      ignored.delete(faceId);
    } else {
      rejected.set(faceId, (rejected.get(faceId) ?? new Set()).add(personId));
      if (confirmed.get(faceId) === personId) confirmed.delete(faceId);
    }
  }
  return { confirmed, rejected, ignored };
}

/** All confirmed faces of a person are together, and apart from those of others and from faces rejected for it. */
function constraintsOf({ confirmed, rejected }: DecisionsAboutFaces): GroupingConstraints {
  const facesOf = new Map<string, string[]>();
  for (const [faceId, personId] of confirmed) {
    const faces = facesOf.get(personId);
    if (faces) faces.push(faceId);
    else facesOf.set(personId, [faceId]);
  }
  const apart: [string, string][] = [];
  for (const [faceId, personIds] of rejected) {
    for (const personId of personIds) {
      const [first] = facesOf.get(personId) ?? [];
      if (first !== undefined && confirmed.get(faceId) === undefined) apart.push([faceId, first]);
    }
  }
  return { people: [...facesOf.values()], apart };
}
