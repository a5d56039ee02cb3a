import { randomBytes } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import { RollcallError } from "../domain/errors.ts";
import type { NewAction, NewDecision, PersonStore } from "../domain/ports.ts";
import type { Change, Detail, Entry } from "./action-change.ts";
import { erasable, erase } from "./erasure.ts";
import { makePerson } from "./people-rows.ts";
import { touchDecisions } from "./revision.ts";
import type { Schema } from "./schema.ts";
import { takeBack } from "./take-back.ts";

export function actionQueries(
  db: Kysely<Schema>,
  flushErased: () => Promise<void>,
): Pick<PersonStore, "decide" | "undo" | "actions" | "erasable" | "erase"> {
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

    erasable: (eventId, personId) => db.transaction().execute((tx) => erasable(tx, eventId, personId)),

    async erase(eventId, personId) {
      const receipt = await db.transaction().execute((tx) => erase(tx, eventId, personId));
      await flushErased();
      return receipt;
    },
  };
}

async function decide(tx: Transaction<Schema>, eventId: string, action: NewAction): Promise<string> {
  for (const { face } of action.decisions) await checkStillSo(tx, eventId, face);
  const id = randomBytes(8).toString("hex");
  const people = new Set([
    ...action.assignments.flatMap(({ personId }) => personId ?? []),
    ...action.decisions.flatMap(({ personId }) => personId ?? []),
    ...action.names.keys(),
  ]);
  for (const personId of people) await makePerson(tx, eventId, personId);
  const faces = await assignFaces(tx, eventId, action);
  const change: Change = { faces, names: await changeNames(tx, eventId, action) };
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
  for (const decision of action.decisions) await store(tx, eventId, id, decision);
  await touchDecisions(tx, eventId);
  return id;
}

/** Between reading the faces and deciding about them, others may have decided too, or erased somebody. */
async function checkStillSo(tx: Transaction<Schema>, eventId: string, face: NewDecision["face"]): Promise<void> {
  const row = await tx
    .selectFrom("faces")
    .select("person_id")
    .where("event_id", "=", eventId)
    .where("id", "=", face.id)
    .executeTakeFirst();
  if (row && row.person_id === face.personId) return;
  throw new RollcallError(
    "PERSON_UNKNOWN",
    "These people were merged, erased or grouped again at the same moment, so nothing was changed. Look at them again.",
  );
}

async function assignFaces(tx: Transaction<Schema>, eventId: string, action: NewAction): Promise<readonly Entry[]> {
  const before = new Map(action.decisions.map(({ face }) => [face.id, face.personId]));
  for (const { faceId, personId } of action.assignments) {
    await tx
      .updateTable("faces")
      .set({ person_id: personId })
      .where("event_id", "=", eventId)
      .where("id", "=", faceId)
      .execute();
  }
  return action.assignments.map(({ faceId, personId }): Entry => [faceId, before.get(faceId) ?? null, personId]);
}

async function changeNames(tx: Transaction<Schema>, eventId: string, action: NewAction): Promise<readonly Entry[]> {
  const changes: Entry[] = [];
  for (const [personId, name] of action.names) {
    const row = await tx
      .selectFrom("people")
      .select("name")
      .where("event_id", "=", eventId)
      .where("id", "=", personId)
      .executeTakeFirst();
    changes.push([personId, row?.name ?? null, name]);
    await tx.updateTable("people").set({ name }).where("event_id", "=", eventId).where("id", "=", personId).execute();
  }
  return changes;
}

async function store(
  tx: Transaction<Schema>,
  eventId: string,
  actionId: string,
  { face, verdict, personId }: NewDecision,
): Promise<void> {
  const isHeld = verdict === "is" && face.personId === personId;
  if (isHeld && (await isHeldAlready(tx, eventId, face))) return;
  const [x1, y1, x2, y2] = face.box;
  await tx
    .insertInto("decisions")
    .values({
      event_id: eventId,
      photo_id: face.photoId,
      ...{ x1, y1, x2, y2 },
      verdict,
      person_id: personId,
      made_at: Date.now(),
      action_id: actionId,
      moved: isHeld ? 0 : 1,
    })
    .execute();
}

/**
 * Whether the last word about the face is that it is of the person who has it. Storing that again with every merge into
 * somebody would come to faces times merges.
 */
async function isHeldAlready(tx: Transaction<Schema>, eventId: string, face: NewDecision["face"]): Promise<boolean> {
  const [x1, y1, x2, y2] = face.box;
  const last = await tx
    .selectFrom("decisions")
    .select(["verdict", "person_id"])
    .where("event_id", "=", eventId)
    .where("photo_id", "=", face.photoId)
    .where((at) => at.and({ x1, y1, x2, y2 }))
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return last?.verdict === "is" && last.person_id === face.personId;
}
