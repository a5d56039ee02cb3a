import { randomBytes } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { ErasureReceipt, NewAction, PersonStore } from "../domain/ports.ts";
import { findSameFace } from "../domain/same-face.ts";
import { boxOf } from "./face-rows.ts";
import { touchDecisions } from "./revision.ts";
import type { Schema } from "./schema.ts";

type Entry = readonly [id: string, before: string | null, after: string | null];

/** Who each face was of before and after, and what each person was called. */
interface Change {
  readonly faces: readonly Entry[];
  readonly names: readonly Entry[];
}

interface Detail {
  readonly people: readonly string[];
  readonly faces: number;
}

export function actionQueries(db: Kysely<Schema>): Pick<PersonStore, "decide" | "undo" | "actions" | "erase"> {
  return {
    decide: (eventId, action) => db.transaction().execute((tx) => decide(tx, eventId, action)),

    undo: (eventId, actionId) =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable("actions")
          .set({ undone_at: Date.now() })
          .where("event_id", "=", eventId)
          .where("id", "=", actionId)
          .where("undone_at", "is", null)
          .returning(["id", "seq", "before"])
          .executeTakeFirst();
        if (!row) return false;
        await takeBack(tx, eventId, row);
        return true;
      }),

    async actions(eventId) {
      const rows = await db
        .selectFrom("actions")
        .select(["id", "kind", "made_at", "undone_at", "detail", "before"])
        .where("event_id", "=", eventId)
        .orderBy("seq", "desc")
        .execute();
      return rows.map((row) => {
        const { people, faces }: Detail = JSON.parse(row.detail);
        const change: Change = JSON.parse(row.before);
        return {
          id: row.id,
          kind: row.kind,
          madeAt: new Date(row.made_at),
          undoneAt: row.undone_at === null ? null : new Date(row.undone_at),
          people,
          faces,
          faceId: change.faces[0]?.[0] ?? null,
          names: change.names.map(([personId, before, after]) => ({ personId, before, after })),
        };
      });
    },

    erase: (eventId, personId) => db.transaction().execute((tx) => erase(tx, eventId, personId)),
  };
}

async function decide(tx: Transaction<Schema>, eventId: string, action: NewAction): Promise<string> {
  const id = randomBytes(8).toString("hex");
  const people = new Set([
    ...action.assignments.flatMap(({ personId }) => personId ?? []),
    ...action.decisions.flatMap(({ personId }) => personId ?? []),
    ...action.names.keys(),
  ]);
  for (const personId of people) await makePerson(tx, eventId, personId);

  const faces: Entry[] = [];
  for (const { faceId, personId } of action.assignments) {
    const row = await tx
      .selectFrom("faces")
      .select("person_id")
      .where("event_id", "=", eventId)
      .where("id", "=", faceId)
      .executeTakeFirst();
    if (!row) continue;
    faces.push([faceId, row.person_id, personId]);
    await setPerson(tx, eventId, faceId, personId);
  }
  const names: Entry[] = [];
  for (const [personId, name] of action.names) {
    const row = await tx
      .selectFrom("people")
      .select("name")
      .where("event_id", "=", eventId)
      .where("id", "=", personId)
      .executeTakeFirst();
    names.push([personId, row?.name ?? null, name]);
    await setName(tx, eventId, personId, name);
  }
  const change: Change = { faces, names };
  const detail: Detail = { people: action.people, faces: faces.length };
  await tx
    .insertInto("actions")
    .values({
      event_id: eventId,
      id,
      kind: action.kind,
      made_at: Date.now(),
      before: JSON.stringify(change),
      detail: JSON.stringify(detail),
    })
    .execute();
  for (const {
    photoId,
    box: [x1, y1, x2, y2],
    verdict,
    personId,
  } of action.decisions) {
    const place = { event_id: eventId, photo_id: photoId, x1, y1, x2, y2, verdict, person_id: personId };
    await tx
      .insertInto("decisions")
      .values({ ...place, made_at: Date.now(), action_id: id })
      .execute();
  }
  await touchDecisions(tx, eventId);
  return id;
}

async function takeBack(
  tx: Transaction<Schema>,
  eventId: string,
  { id, seq, before: change }: { readonly id: string; readonly seq: number; readonly before: string },
): Promise<void> {
  await tx.deleteFrom("decisions").where("action_id", "=", id).execute();
  const { faces, names } = await withoutWhatCameLater(tx, eventId, seq, JSON.parse(change));
  for (const [faceId, before, after] of faces) {
    if (before !== null) await makePerson(tx, eventId, before);
    await tx
      .updateTable("faces")
      .set({ person_id: before })
      .where("event_id", "=", eventId)
      .where("id", "=", faceId)
      .where("person_id", after === null ? "is" : "=", after)
      .execute();
  }
  for (const [personId, before, after] of names) {
    await tx
      .updateTable("people")
      .set({ name: before })
      .where("event_id", "=", eventId)
      .where("id", "=", personId)
      .where("name", after === null ? "is" : "=", after)
      .execute();
    if (before === null) continue;
    // Somebody without a face may have gone with the name that is to come back.
    await tx
      .insertInto("people")
      .values({ event_id: eventId, id: personId, name: before })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await touchDecisions(tx, eventId);
}

/**
 * What can be taken back now. Where a later decision stands about the same face or name, it goes on standing, and brings
 * back what was before both when it is taken back itself.
 */
async function withoutWhatCameLater(
  tx: Transaction<Schema>,
  eventId: string,
  seq: number,
  change: Change,
): Promise<Change> {
  const later = await tx
    .selectFrom("actions")
    .select(["seq", "before"])
    .where("event_id", "=", eventId)
    .where("seq", ">", seq)
    .where("undone_at", "is", null)
    .orderBy("seq")
    .execute();
  let rest = change;
  for (const row of later) {
    const theirs: Change = JSON.parse(row.before);
    const faces = handOver(rest.faces, theirs.faces);
    const names = handOver(rest.names, theirs.names);
    rest = { faces: faces.rest, names: names.rest };
    if (!faces.changed && !names.changed) continue;
    const before = JSON.stringify({ faces: faces.later, names: names.later } satisfies Change);
    await tx.updateTable("actions").set({ before }).where("seq", "=", row.seq).execute();
  }
  return rest;
}

/** Gives what was before to the entries of a later decision about the same; the rest is nobody else's yet. */
function handOver(undone: readonly Entry[], later: readonly Entry[]) {
  const before = new Map(undone.map(([id, value]) => [id, value]));
  const both = new Set(later.flatMap(([id]) => (before.has(id) ? [id] : [])));
  return {
    changed: both.size > 0,
    later: later.map(([id, was, after]): Entry => [id, both.has(id) ? (before.get(id) ?? null) : was, after]),
    rest: undone.filter(([id]) => !both.has(id)),
  };
}

async function erase(tx: Transaction<Schema>, eventId: string, personId: string): Promise<ErasureReceipt> {
  const id = randomBytes(8).toString("hex");
  const erasedAt = new Date();
  const faces = await tx
    .selectFrom("faces")
    .select(["id", "photo_id", "x1", "y1", "x2", "y2"])
    .where("event_id", "=", eventId)
    .where("person_id", "=", personId)
    .execute();
  const decisions = await tx
    .deleteFrom("decisions")
    .where("event_id", "=", eventId)
    .where("person_id", "=", personId)
    .executeTakeFirst();
  let guestMatches = 0n;
  for (const face of faces) {
    const gone = await tx.deleteFrom("guest_photos").where("face_id", "=", face.id).executeTakeFirst();
    guestMatches += gone.numDeletedRows;
  }
  await tx.deleteFrom("faces").where("event_id", "=", eventId).where("person_id", "=", personId).execute();
  for (const face of faces) await forgetNextFace(tx, eventId, face);
  // The history names people; of an erased one, only that something was done is left.
  await tx
    .updateTable("actions")
    .set({ before: JSON.stringify({ faces: [], names: [] } satisfies Change) })
    .where("event_id", "=", eventId)
    .where("before", "like", `%"${personId}"%`)
    .execute();
  await tx.deleteFrom("person_covers").where("event_id", "=", eventId).where("person_id", "=", personId).execute();
  await tx.deleteFrom("people").where("event_id", "=", eventId).where("id", "=", personId).execute();
  const receipt: ErasureReceipt = {
    id,
    personId,
    erasedAt,
    faces: faces.length,
    photos: new Set(faces.map((face) => face.photo_id)).size,
    decisions: Number(decisions.numDeletedRows),
    guestMatches: Number(guestMatches),
  };
  await tx
    .insertInto("erasures")
    .values({
      id,
      event_id: eventId,
      person_id: personId,
      erased_at: erasedAt.getTime(),
      receipt: JSON.stringify(receipt),
    })
    .execute();
  for (const { photo_id, x1, y1, x2, y2 } of faces) {
    await tx
      .insertInto("erased_faces")
      .values({ erasure_id: id, event_id: eventId, photo_id, x1, y1, x2, y2 })
      .execute();
  }
  await touchDecisions(tx, eventId);
  return receipt;
}

/** The same face as a re-index has found it already, which nobody sees yet. */
async function forgetNextFace(
  tx: Transaction<Schema>,
  eventId: string,
  face: { readonly photo_id: string } & Parameters<typeof boxOf>[0],
): Promise<void> {
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

async function makePerson(tx: Transaction<Schema>, eventId: string, id: string): Promise<void> {
  await tx
    .insertInto("people")
    .values({ event_id: eventId, id, name: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function setPerson(tx: Transaction<Schema>, eventId: string, faceId: string, personId: string | null) {
  await tx
    .updateTable("faces")
    .set({ person_id: personId })
    .where("event_id", "=", eventId)
    .where("id", "=", faceId)
    .execute();
}

async function setName(tx: Transaction<Schema>, eventId: string, personId: string, name: string | null) {
  await tx.updateTable("people").set({ name }).where("event_id", "=", eventId).where("id", "=", personId).execute();
}
