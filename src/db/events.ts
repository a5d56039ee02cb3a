import { randomBytes } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import type { RollcallEvent } from "../domain/model.ts";
import type { EventStore } from "../domain/ports.ts";
import type { Schema } from "./schema.ts";
import { readModels } from "./settings.ts";

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

    async get(eventId) {
      const row = await db.selectFrom("events").selectAll().where("id", "=", eventId).executeTakeFirst();
      return row && toEvent(row);
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

    update: (eventId, change) =>
      db.transaction().execute(async (tx) => {
        const { name, expiresAt, guestSearch, guestView, accent, models, guestTitle, textMark } = change;
        if (name !== undefined) {
          const holder = await tx.selectFrom("events").select("id").where("name", "=", name).executeTakeFirst();
          if (holder && holder.id !== eventId) return false;
        }
        const columns = {
          ...(name === undefined ? {} : { name }),
          ...(expiresAt === undefined ? {} : { expires_at: expiresAt?.getTime() ?? null }),
          ...(guestSearch === undefined ? {} : { guest_search: guestSearch ? 1 : 0 }),
          ...(guestView === undefined ? {} : { guest_view: guestView }),
          ...(accent === undefined ? {} : { accent }),
          ...(change.threshold === undefined ? {} : { threshold: change.threshold }),
          ...(models === undefined ? {} : { models: models && JSON.stringify(models) }),
          ...(guestTitle === undefined ? {} : { guest_title: guestTitle }),
          ...(change.logo === undefined ? {} : { logo: change.logo }),
          ...(change.watermark === undefined ? {} : { watermark: change.watermark }),
          ...(textMark === undefined ? {} : { text_mark: textMark }),
          ...(change.coverPhotoId === undefined ? {} : { cover_photo_id: change.coverPhotoId }),
        };
        if (Object.keys(columns).length > 0) {
          await tx.updateTable("events").set(columns).where("id", "=", eventId).execute();
        }
        return true;
      }),

    async delete(eventId) {
      await db.deleteFrom("events").where("id", "=", eventId).execute();
      await flushErased();
    },
  };
}

function toEvent(row: Selectable<Schema["events"]>): RollcallEvent {
  return {
    id: row.id,
    name: row.name,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    guestSearch: row.guest_search !== 0,
    guestView: row.guest_view,
    accent: row.accent,
    threshold: row.threshold,
    models: row.models === null ? null : readModels(row.models),
    guestTitle: row.guest_title,
    logo: row.logo,
    watermark: row.watermark,
    textMark: row.text_mark,
    coverPhotoId: row.cover_photo_id,
  };
}
