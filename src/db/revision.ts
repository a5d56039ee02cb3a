import type { Kysely } from "kysely";
import { eventGone } from "../domain/ports.ts";
import type { Schema } from "./schema.ts";

/** Of faces and of decisions; `eventGone` for both when there is no such event. */
export async function stateOf(db: Kysely<Schema>, eventId: string): Promise<{ revision: number; decided: number }> {
  const row = await db
    .selectFrom("events")
    .select(["revision", "decided"])
    .where("id", "=", eventId)
    .executeTakeFirst();
  return row ?? { revision: eventGone, decided: eventGone };
}

/** `eventGone` when there is no such event. */
export async function revisionOf(db: Kysely<Schema>, eventId: string): Promise<number> {
  const row = await db.selectFrom("events").select("revision").where("id", "=", eventId).executeTakeFirst();
  return row?.revision ?? eventGone;
}

/** To be called in every transaction that adds or removes faces of the event, or decisions about them. */
export async function touchEvent(db: Kysely<Schema>, eventId: string): Promise<void> {
  await db
    .updateTable("events")
    .set((column) => ({ revision: column("revision", "+", 1) }))
    .where("id", "=", eventId)
    .execute();
}

/** To be called in every transaction that adds or removes decisions. */
export async function touchDecisions(db: Kysely<Schema>, eventId: string): Promise<void> {
  await db
    .updateTable("events")
    .set((column) => ({ revision: column("revision", "+", 1), decided: column("decided", "+", 1) }))
    .where("id", "=", eventId)
    .execute();
}
