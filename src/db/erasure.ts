import { randomBytes } from "node:crypto";
import type { Transaction } from "kysely";
import type { ErasureReceipt } from "../domain/ports.ts";
import { findSameFace } from "../domain/same-face.ts";
import type { Change, Entry } from "./action-change.ts";
import { assignFaces } from "./assignments.ts";
import { boxOf } from "./face-rows.ts";
import { guestsOf } from "./guest-matches.ts";
import { type FaceRow, type PastAction, readPast } from "./past.ts";
import { touchDecisions } from "./revision.ts";
import type { Schema } from "./schema.ts";
import { type WholePerson, wholePerson } from "./whole-person.ts";

/** What `erase` would remove. */
export async function erasable(
  tx: Transaction<Schema>,
  eventId: string,
  personId: string,
): Promise<readonly { readonly id: string; readonly photoId: string }[]> {
  const { faces } = wholePerson(await readPast(tx, eventId), personId);
  return faces.map(({ id, photo_id }) => ({ id, photoId: photo_id }));
}

/**
 * Removes everything about a person: faces, ignored ones too, guests' matches, decisions and names, also those of people who
 * were merged into them. What is left is that there was somebody of that id, and where not to look again.
 */
export async function erase(tx: Transaction<Schema>, eventId: string, personId: string): Promise<ErasureReceipt> {
  const past = await readPast(tx, eventId);
  const whole = wholePerson(past, personId);
  const { people, faces } = whole;
  const ignored = faces.filter((face) => face.person_id === null);
  await assignFaces(
    tx,
    eventId,
    ignored.map(({ id }) => ({ faceId: id, personId })),
  );
  const guestMatches = await forgetMatches(tx, eventId, personId);
  await tx.deleteFrom("faces").where("event_id", "=", eventId).where("person_id", "=", personId).execute();
  for (const face of faces) await forgetNextFace(tx, eventId, face);
  let decisions = 0;
  for (const face of faces) decisions += await forgetDecisions(tx, eventId, face);
  decisions += await forgetPeople(tx, eventId, people);
  await forgetInHistory(tx, past.actions, whole);
  const receipt: ErasureReceipt = {
    id: randomBytes(8).toString("hex"),
    personId,
    erasedAt: new Date(),
    faces: faces.length,
    photos: new Set(faces.map((face) => face.photo_id)).size,
    decisions,
    guestMatches,
  };
  await remember(tx, eventId, receipt, faces);
  await touchDecisions(tx, eventId);
  return receipt;
}

async function forgetMatches(tx: Transaction<Schema>, eventId: string, personId: string): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("guest_photos")
    .where("face_id", "in", (from) =>
      from.selectFrom("faces").select("id").where("event_id", "=", eventId).where("person_id", "=", personId),
    )
    .where("guest_id", "in", guestsOf(tx, eventId))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** The same face as a re-index has found it already, which nobody sees yet. */
async function forgetNextFace(tx: Transaction<Schema>, eventId: string, face: FaceRow): Promise<void> {
  const next = await tx
    .selectFrom("next_faces")
    .select(["id", "x1", "y1", "x2", "y2"])
    .where("event_id", "=", eventId)
    .where("photo_id", "=", face.photo_id)
    .execute();
  const same = findSameFace(boxOf(face), next, boxOf);
  if (!same) return;
  await tx.deleteFrom("next_faces").where("event_id", "=", eventId).where("id", "=", same.id).execute();
}

/** What was said of the face, also by those who took it for somebody else. */
async function forgetDecisions(tx: Transaction<Schema>, eventId: string, face: FaceRow): Promise<number> {
  const about = await tx
    .selectFrom("decisions")
    .select(["seq", "x1", "y1", "x2", "y2"])
    .where("event_id", "=", eventId)
    .where("photo_id", "=", face.photo_id)
    .execute();
  const same = about.filter((row) => findSameFace(boxOf(row), [face], boxOf)).map(({ seq }) => seq);
  if (same.length === 0) return 0;
  const { numDeletedRows } = await tx.deleteFrom("decisions").where("seq", "in", same).executeTakeFirst();
  return Number(numDeletedRows);
}

/** @returns how many decisions went with them */
async function forgetPeople(tx: Transaction<Schema>, eventId: string, people: readonly string[]): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("decisions")
    .where("event_id", "=", eventId)
    .where("person_id", "in", people)
    .executeTakeFirst();
  await tx.deleteFrom("person_covers").where("event_id", "=", eventId).where("person_id", "in", people).execute();
  await tx.deleteFrom("people").where("event_id", "=", eventId).where("id", "in", people).execute();
  return Number(numDeletedRows);
}

/** The history names people; of one who was erased, only that something was done is left. */
async function forgetInHistory(
  tx: Transaction<Schema>,
  actions: readonly PastAction[],
  { people, faces }: WholePerson,
): Promise<void> {
  const ids = new Set(people);
  const faceIds = new Set(faces.map(({ id }) => id));
  const taken = takenOver(actions, ids);
  const isTaken = ([id, before, after]: Entry) =>
    taken.some(([by, name]) => by === id && (name === before || name === after));
  for (const { seq, change, faceIds: now } of actions) {
    const left: Change = {
      faces: change.faces
        .filter(([, , after], i) => !(faceIds.has(now[i] ?? "") || ids.has(after ?? "")))
        .map(([id, before, after]): Entry => [id, ids.has(before ?? "") ? null : before, after]),
      names: change.names.filter((entry) => !(ids.has(entry[0]) || isTaken(entry))),
    };
    const before = JSON.stringify(left);
    if (before === JSON.stringify(change)) continue;
    await tx.updateTable("actions").set({ before }).where("seq", "=", seq).execute();
  }
}

/** Whoever took over a name of these people in one of the actions, and that name: it would still tell who they were. */
function takenOver(
  actions: readonly PastAction[],
  people: ReadonlySet<string>,
): readonly (readonly [string, string])[] {
  return actions.flatMap(({ change: { names } }) => {
    const lost = new Set(names.flatMap(([id, before]) => (people.has(id) ? [before] : [])));
    return names.flatMap(([id, , after]) => (after !== null && lost.has(after) ? [[id, after] as const] : []));
  });
}

async function remember(
  tx: Transaction<Schema>,
  eventId: string,
  receipt: ErasureReceipt,
  faces: readonly FaceRow[],
): Promise<void> {
  await tx
    .insertInto("erasures")
    .values({
      id: receipt.id,
      event_id: eventId,
      person_id: receipt.personId,
      erased_at: receipt.erasedAt.getTime(),
      receipt: JSON.stringify(receipt),
    })
    .execute();
  for (const { photo_id, x1, y1, x2, y2 } of faces) {
    await tx
      .insertInto("erased_faces")
      .values({ erasure_id: receipt.id, event_id: eventId, photo_id, x1, y1, x2, y2 })
      .execute();
  }
}
