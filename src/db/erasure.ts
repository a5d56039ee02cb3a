import { randomBytes } from "node:crypto";
import type { Transaction } from "kysely";
import type { ErasureReceipt } from "../domain/ports.ts";
import { findSameFace } from "../domain/same-face.ts";
import { type Detail, noChange } from "./action-change.ts";
import { boxOf } from "./face-rows.ts";
import { guestsOf } from "./guest-matches.ts";
import { touchDecisions } from "./revision.ts";
import type { Schema } from "./schema.ts";

type FaceRow = Pick<Schema["faces"], "id" | "photo_id" | "x1" | "y1" | "x2" | "y2">;

/**
 * Removes everything about a person: faces, guests' matches, decisions and names, also those of people who were merged into
 * them. What is left is that there was somebody of that id, and where not to look again.
 */
export async function erase(tx: Transaction<Schema>, eventId: string, personId: string): Promise<ErasureReceipt> {
  const faces = await tx
    .selectFrom("faces")
    .select(["id", "photo_id", "x1", "y1", "x2", "y2"])
    .where("event_id", "=", eventId)
    .where("person_id", "=", personId)
    .execute();
  const guestMatches = await forgetMatches(tx, eventId, personId);
  await tx.deleteFrom("faces").where("event_id", "=", eventId).where("person_id", "=", personId).execute();
  for (const face of faces) await forgetNextFace(tx, eventId, face);
  const people = [personId, ...(await mergedInto(tx, eventId, personId))];
  let decisions = 0;
  for (const face of faces) decisions += await forgetDecisions(tx, eventId, face);
  decisions += await forgetPeople(tx, eventId, people);
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

/** People whose faces all went to this one, directly or by way of others of that kind, and who have no name any more. */
async function mergedInto(tx: Transaction<Schema>, eventId: string, personId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("actions")
    .select("detail")
    .where("event_id", "=", eventId)
    .where("kind", "in", ["merge", "move", "split"])
    .where("undone_at", "is", null)
    .execute();
  const together = rows.map((row) => {
    const { people }: Detail = JSON.parse(row.detail);
    return people;
  });
  const gone = new Set([personId]);
  // Those who are found join the set, and are gone through in their turn.
  for (const id of gone) {
    for (const other of together.filter((people) => people.includes(id)).flat()) {
      if (!gone.has(other) && (await isNobody(tx, eventId, other))) gone.add(other);
    }
  }
  return [...gone].filter((id) => id !== personId);
}

async function isNobody(tx: Transaction<Schema>, eventId: string, personId: string): Promise<boolean> {
  const face = await tx
    .selectFrom("faces")
    .select("id")
    .where("event_id", "=", eventId)
    .where("person_id", "=", personId)
    .limit(1)
    .executeTakeFirst();
  if (face) return false;
  const named = await tx
    .selectFrom("people")
    .select("id")
    .where("event_id", "=", eventId)
    .where("id", "=", personId)
    .where("name", "is not", null)
    .executeTakeFirst();
  return named === undefined;
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
  // The history names people; of one who was erased, only that something was done is left.
  for (const id of people) {
    await tx
      .updateTable("actions")
      .set({ before: JSON.stringify(noChange) })
      .where("event_id", "=", eventId)
      .where("before", "like", `%"${id}"%`)
      .execute();
  }
  await tx.deleteFrom("person_covers").where("event_id", "=", eventId).where("person_id", "in", people).execute();
  await tx.deleteFrom("people").where("event_id", "=", eventId).where("id", "in", people).execute();
  return Number(numDeletedRows);
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
