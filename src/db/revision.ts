import type { Kysely } from "kysely";
import { type EventState, noState } from "../domain/ports.ts";
import type { Schema } from "./schema.ts";

/** With `eventGone` as its revision when there is no such event. */
export async function stateOf(db: Kysely<Schema>, eventId: string): Promise<EventState> {
  const row = await db
    .selectFrom("events")
    .select(["revision", "decided", "assigned"])
    .where("id", "=", eventId)
    .executeTakeFirst();
  return row ?? noState;
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
