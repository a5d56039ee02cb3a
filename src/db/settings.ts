import type { Kysely } from "kysely";
import type { ModelChoice } from "../domain/model.ts";
import type { ServerSettings, SettingsStore } from "../domain/settings-ports.ts";
import { defaultThreshold } from "../face/search.ts";
import type { Schema } from "./schema.ts";

export function settingsStore(db: Kysely<Schema>): SettingsStore {
  return {
    async read() {
      const rows = await db.selectFrom("settings").selectAll().execute();
      const chosen: Partial<ServerSettings> = Object.fromEntries(
        rows.map(({ key, value }) => [key, JSON.parse(value)]),
      );
      const { threshold = defaultThreshold, models = null, modelsBefore = null } = chosen;
      return { threshold, models, modelsBefore };
    },

    update: (change) =>
      db.transaction().execute(async (tx) => {
        for (const [key, chosen] of Object.entries(change)) {
          if (chosen === undefined) continue;
          const value = JSON.stringify(chosen);
          await tx
            .insertInto("settings")
            .values({ key, value })
            .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
            .execute();
        }
      }),
  };
}

/** As it is stored with an event or a re-index. */
export function readModels(json: string): ModelChoice {
  return JSON.parse(json);
}
