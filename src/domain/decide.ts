import { createHash } from "node:crypto";
import { RollcallError } from "./errors.ts";
import { tidyName } from "./events.ts";
import type { Verdict } from "./model.ts";
import type { ActionRecord, NewDecision, StoredFace, StoredPerson, Stores } from "./ports.ts";

type FacesAndPeople = Pick<Stores, "faces" | "people">;

/** What came of a human's decision; `actionId` undoes it. */
export interface Decided {
  readonly actionId: string;
  /** The person that faces went to, when they went to one. */
  readonly personId?: string;
}

/** @param name null takes the name away @throws RollcallError PERSON_UNKNOWN, PERSON_NAME_INVALID */
export async function renamePerson(
  stores: FacesAndPeople,
  eventId: string,
  personId: string,
  name: string | null,
): Promise<Decided> {
  const tidy = name === null ? null : tidyName(name);
  if (tidy === undefined) {
    throw new RollcallError(
      "PERSON_NAME_INVALID",
      "The name of a person has 1 to 120 characters that can be printed. Choose another name.",
    );
  }
  const faces = await facesOf(stores, eventId, personId);
  const actionId = await stores.people.decide(eventId, {
    kind: "name",
    // The name goes with the best face, however faces are grouped later.
    decisions: faces.slice(0, 1).map((face) => decision(face, "is", personId)),
    assignments: [],
    names: new Map([[personId, tidy]]),
    people: [personId],
  });
  return { actionId, personId };
}

/**
 * Says that people are one. All of their faces are decided about, so that none of them goes its own way when faces are
 * grouped again. The one merged into keeps its name; without one, it takes the first name of the others.
 *
 * @throws RollcallError PERSON_UNKNOWN, PEOPLE_SAME
 */
export async function mergePeople(
  stores: FacesAndPeople,
  eventId: string,
  { into, from }: { readonly into: string; readonly from: readonly string[] },
): Promise<Decided> {
  const others = [...new Set(from)].filter((id) => id !== into);
  if (others.length === 0) {
    throw new RollcallError("PEOPLE_SAME", "Choose at least one other person to merge into this one.");
  }
  const kept = await facesOf(stores, eventId, into);
  const moved = (await Promise.all(others.map((id) => facesOf(stores, eventId, id)))).flat();
  const names = await stores.people.names(eventId);
  const inherited = others.map((id) => names.get(id)).find((name) => name !== undefined);
  const actionId = await stores.people.decide(eventId, {
    kind: "merge",
    decisions: [...kept, ...moved].map((face) => decision(face, "is", into)),
    assignments: moved.map(({ id }) => ({ faceId: id, personId: into })),
    names: new Map([
      ...(names.has(into) || inherited === undefined ? [] : [[into, inherited] as const]),
      ...others.filter((id) => names.has(id)).map((id) => [id, null] as const),
    ]),
    people: [into, ...others],
  });
  return { actionId, personId: into };
}

/** Says that people are not one, however much they resemble each other. @throws RollcallError PERSON_UNKNOWN, PEOPLE_SAME */
export async function keepApart(
  stores: FacesAndPeople,
  eventId: string,
  [a, b]: readonly [string, string],
): Promise<Decided> {
  if (a === b) throw new RollcallError("PEOPLE_SAME", "Choose two people to keep apart.");
  const best = [...(await facesOf(stores, eventId, a)).slice(0, 1), ...(await facesOf(stores, eventId, b)).slice(0, 1)];
  const actionId = await stores.people.decide(eventId, {
    kind: "keep-apart",
    // Whoever has a face that is surely theirs is never grouped with somebody else who has.
    decisions: best.map((face) => decision(face, "is", face.personId)),
    assignments: [],
    names: new Map(),
    people: [a, b],
  });
  return { actionId };
}

/** Says that some faces of a person are another one. @throws RollcallError PERSON_UNKNOWN, FACE_UNKNOWN, PEOPLE_SAME */
export async function splitPerson(
  stores: FacesAndPeople,
  eventId: string,
  personId: string,
  faceIds: readonly string[],
): Promise<Decided> {
  const faces = await facesOf(stores, eventId, personId);
  const chosen = new Set(faceIds);
  const parted = faces.filter(({ id }) => chosen.has(id));
  const kept = faces.filter(({ id }) => !chosen.has(id));
  if (parted.length === 0 || kept.length === 0) {
    throw new RollcallError(
      "PEOPLE_SAME",
      "Choose at least one of the person's faces, and leave at least one, to make two people of them.",
    );
  }
  const newId = idFor(parted, eventId);
  const actionId = await stores.people.decide(eventId, {
    kind: "split",
    decisions: [
      ...kept.map((face) => decision(face, "is", personId)),
      ...parted.map((face) => decision(face, "is", newId)),
    ],
    assignments: parted.map(({ id }) => ({ faceId: id, personId: newId })),
    names: new Map(),
    people: [personId, newId],
  });
  return { actionId, personId: newId };
}

/** @param to null: somebody new @throws RollcallError FACE_UNKNOWN, PERSON_UNKNOWN */
export async function moveFaces(
  stores: FacesAndPeople,
  eventId: string,
  { faceIds, to }: { readonly faceIds: readonly string[]; readonly to: string | null },
): Promise<Decided> {
  const moved = await someFaces(stores, eventId, faceIds);
  const there = to === null ? [] : await facesOf(stores, eventId, to);
  const personId = to ?? idFor(moved, eventId);
  const from = [...new Set(moved.flatMap((face) => face.personId ?? []))].filter((id) => id !== personId);
  const stay = (await Promise.all(from.map((id) => facesOf(stores, eventId, id))))
    .flat()
    .filter(({ id }) => !faceIds.includes(id));
  const actionId = await stores.people.decide(eventId, {
    kind: "move",
    decisions: [
      // All of them, or a face that resembles none of those there would drive some of them out when faces are grouped again.
      ...there.map((face) => decision(face, "is", personId)),
      // Or those that resemble the moved ones would follow them.
      ...stay.map((face) => decision(face, "is", face.personId)),
      ...moved.map((face) => decision(face, "is", personId)),
    ],
    assignments: moved.map(({ id }) => ({ faceId: id, personId })),
    names: new Map(),
    people: [personId, ...from],
  });
  return { actionId, personId };
}

/** Says that faces are not of the person they were grouped with, without saying whose they are. */
export async function rejectFaces(
  stores: FacesAndPeople,
  eventId: string,
  personId: string,
  faceIds: readonly string[],
): Promise<Decided> {
  const faces = await facesOf(stores, eventId, personId);
  const chosen = new Set(faceIds);
  const rejected = faces.filter(({ id }) => chosen.has(id));
  if (rejected.length === 0) throw unknownFace(faceIds[0] ?? "");
  const kept = faces.filter(({ id }) => !chosen.has(id));
  const actionId = await stores.people.decide(eventId, {
    kind: "not-this-person",
    decisions: [
      ...kept.map((face) => decision(face, "is", personId)),
      ...rejected.map((face) => decision(face, "is-not", personId)),
    ],
    assignments: rejected.map((face) => ({ faceId: face.id, personId: idFor([face], eventId) })),
    names: new Map(),
    people: [personId],
  });
  return { actionId };
}

/** Says that faces are of nobody who matters, such as a stranger or a poster. @throws RollcallError FACE_UNKNOWN */
export async function ignoreFaces(
  stores: FacesAndPeople,
  eventId: string,
  faceIds: readonly string[],
): Promise<Decided> {
  const faces = await someFaces(stores, eventId, faceIds);
  const actionId = await stores.people.decide(eventId, {
    kind: "ignore",
    decisions: faces.map((face) => decision(face, "ignore", null)),
    assignments: faces.map(({ id }) => ({ faceId: id, personId: null })),
    names: new Map(),
    people: [...new Set(faces.flatMap((face) => face.personId ?? []))],
  });
  return { actionId };
}

/** @throws RollcallError PERSON_UNKNOWN */
export async function ignorePerson(stores: FacesAndPeople, eventId: string, personId: string): Promise<Decided> {
  const faces = await facesOf(stores, eventId, personId);
  return await ignoreFaces(
    stores,
    eventId,
    faces.map(({ id }) => id),
  );
}

/** @throws RollcallError ACTION_UNKNOWN */
export async function undoAction({ people }: Pick<Stores, "people">, eventId: string, actionId: string): Promise<void> {
  if (await people.undo(eventId, actionId)) return;
  throw new RollcallError("ACTION_UNKNOWN", "There is nothing of that id to undo. It may have been undone already.");
}

/** The latest first, undone ones included. */
export async function listActions(
  { people }: Pick<Stores, "people">,
  eventId: string,
): Promise<readonly ActionRecord[]> {
  return await people.actions(eventId);
}

/** @throws RollcallError PERSON_UNKNOWN */
export async function getPerson(
  { people }: Pick<Stores, "people">,
  eventId: string,
  personId: string,
): Promise<StoredPerson> {
  const person = (await people.find(eventId, personId)).find(({ id }) => id === personId);
  if (!person) throw unknownPerson(personId);
  return person;
}

/** Best first. */
async function facesOf({ faces }: FacesAndPeople, eventId: string, personId: string): Promise<readonly StoredFace[]> {
  const found = await faces.ofPerson(eventId, personId);
  if (found.length === 0) throw unknownPerson(personId);
  return found;
}

async function someFaces({ faces }: FacesAndPeople, eventId: string, ids: readonly string[]): Promise<StoredFace[]> {
  const found = await faces.get(eventId, ids);
  const byId = new Map(found.map((face) => [face.id, face]));
  return ids.map((id) => {
    const face = byId.get(id);
    if (!face) throw unknownFace(id);
    return face;
  });
}

function decision(face: StoredFace, verdict: Verdict, personId: string | null): NewDecision {
  return { face, verdict, personId };
}

const idDigits = 12;

/** Comes from the faces and the moment, so that no id is used twice for different people. */
function idFor(faces: readonly StoredFace[], eventId: string): string {
  const ids = faces.map(({ id }) => id).join(" ");
  return createHash("sha256").update(`decided ${eventId} ${Date.now()} ${ids}`).digest("hex").slice(0, idDigits);
}

export function unknownPerson(personId: string): RollcallError {
  return new RollcallError(
    "PERSON_UNKNOWN",
    `The event has no person "${personId}". People may have been merged or grouped again meanwhile.`,
  );
}

function unknownFace(faceId: string): RollcallError {
  return new RollcallError(
    "FACE_UNKNOWN",
    `The event has no face "${faceId}" there. Its photo may have been deleted or looked at again meanwhile.`,
  );
}
