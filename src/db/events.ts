import { randomBytes } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import type { RollcallEvent } from "../domain/model.ts";
import type { EventStore } from "../domain/ports.ts";
import type { Schema } from "./schema.ts";

/** @param flushErased called when rows were deleted, to have them out of the database's log as well */
export function eventStore(db: Kysely<Schema>, flushErased: () => Promise<void>): EventStore {
  return {
    async findOrCreate(name) {
      const row = await db
        .insertInto("events")
        .values({ id: randomBytes(8).toString("hex"), name, created_at: Date.now() })
        // Writing the name it has makes an existing row come back as well.
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ name }))
        .returningAll()
        .executeTakeFirstOrThrow();
      return toEvent(row);
    },

    async find(idOrName) {
      const row = await db
        .selectFrom("events")
        .selectAll()
        .where((where) => where.or([where("name", "=", idOrName), where("id", "=", idOrName)]))
        .orderBy(sql`name = ${idOrName}`, "desc")
        .limit(1)
        .executeTakeFirst();
      return row && toEvent(row);
    },

    async list() {
      const rows = await db.selectFrom("events").selectAll().orderBy("name").execute();
      return rows.map(toEvent);
    },

    async delete(eventId) {
      await db.deleteFrom("events").where("id", "=", eventId).execute();
      await flushErased();
    },
  };
}

function toEvent(row: Selectable<Schema["events"]>): RollcallEvent {
  return { id: row.id, name: row.name, createdAt: new Date(row.created_at) };
}
