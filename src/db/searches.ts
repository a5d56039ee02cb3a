import type { Kysely } from "kysely";
import type { SearchLog } from "../domain/ports.ts";
import type { Schema } from "./schema.ts";

export function searchLog(db: Kysely<Schema>): SearchLog {
  return {
    async record(eventId, { retrievalMs, faces }) {
      await db
        .insertInto("searches")
        .values({ event_id: eventId, made_at: Date.now(), retrieval_ms: retrievalMs, faces })
        .execute();
    },

    async retrievalTimes(eventId, limit) {
      const rows = await db
        .selectFrom("searches")
        .select("retrieval_ms")
        .where("event_id", "=", eventId)
        .orderBy("seq", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => row.retrieval_ms);
    },
  };
}
