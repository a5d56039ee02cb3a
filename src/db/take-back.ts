import type { Selectable, Transaction } from "kysely";
import type { Change, Detail, Entry } from "./action-change.ts";
import { makePerson } from "./people-rows.ts";
import { touchDecisions } from "./revision.ts";
import type { Schema } from "./schema.ts";

type ActionRow = Pick<Selectable<Schema["actions"]>, "id" | "seq" | "kind" | "before" | "detail">;

/** Undoes an action in all that no later one decided about as well. */
export async function takeBack(
  tx: Transaction<Schema>,
  eventId: string,
  { id, seq, before: change }: Pick<ActionRow, "id" | "seq" | "before">,
): Promise<void> {
  const later = await tx
    .selectFrom("actions")
    .select(["id", "seq", "kind", "before", "detail"])
    .where("event_id", "=", eventId)
    .where("seq", ">", seq)
    .where("undone_at", "is", null)
    .orderBy("seq")
    .execute();
  await handOverHeld(tx, id, later);
  await tx.deleteFrom("decisions").where("action_id", "=", id).execute();
  const { faces, names } = await withoutWhatCameLater(tx, later, JSON.parse(change));
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
 * Faces that stayed with somebody whom a later decision is about too are held by that one from now on: it stored nothing
 * about them, because this one had.
 */
async function handOverHeld(tx: Transaction<Schema>, id: string, later: readonly ActionRow[]): Promise<void> {
  const heldBy = new Map<string, string>();
  for (const row of later) {
    // Of those whose faces are ignored, it holds none.
    if (row.kind === "ignore") continue;
    const { people }: Detail = JSON.parse(row.detail);
    for (const personId of people) if (!heldBy.has(personId)) heldBy.set(personId, row.id);
  }
  for (const [personId, laterId] of heldBy) {
    await tx
      .updateTable("decisions")
      .set({ action_id: laterId })
      .where("action_id", "=", id)
      .where("person_id", "=", personId)
      .where("moved", "=", 0)
      .execute();
  }
}

/**
 * What can be taken back now. Where a later decision stands about the same face or name, it goes on standing, and brings
 * back what was before both when it is taken back itself.
 */
async function withoutWhatCameLater(
  tx: Transaction<Schema>,
  later: readonly ActionRow[],
  change: Change,
): Promise<Change> {
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
