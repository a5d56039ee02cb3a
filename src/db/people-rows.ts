import type { Transaction } from "kysely";
import type { Schema } from "./schema.ts";

/** Does nothing when there is such a person. */
export async function makePerson(tx: Transaction<Schema>, eventId: string, id: string): Promise<void> {
  await tx
    .insertInto("people")
    .values({ event_id: eventId, id, name: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
