import { type Kysely, sql } from "kysely";
import type { ChangeLog } from "../domain/foreign-changes.ts";
import type { Schema } from "./schema.ts";

export function changeLog(db: Kysely<Schema>): ChangeLog {
  return {
    async foreignWrites() {
      // The database counts the commits of all connections but this one.
      const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(db);
      return rows[0]?.data_version ?? 0;
    },

    async states() {
      const { rows } = await sql<{ eventId: string; photos: string; people: string }>`
        select id as eventId,
          (select count(*) || ' ' || total(status = 'done') || ' ' || total(status = 'failed')
            from photos where photos.event_id = events.id) as photos,
          revision || ' ' || assigned as people
        from events`.execute(db);
      return rows;
    },
  };
}
