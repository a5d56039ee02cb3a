import { type Kysely, type Migration, type MigrationProvider, sql } from "kysely";
import { changedFaces } from "./migrations/changed-faces.ts";
import { covers } from "./migrations/covers.ts";
import { deletedPhotos } from "./migrations/deleted-photos.ts";
import { firstSchema } from "./migrations/first.ts";
import { guestFavourites } from "./migrations/guest-favourites.ts";
import { heldDecisions } from "./migrations/held-decisions.ts";
import { listedFaces } from "./migrations/listed-faces.ts";
import { serverSchema } from "./migrations/server.ts";
import { settingsSchema } from "./migrations/settings.ts";

/** In the order of their names, which never change once released. */
const migrations: Readonly<Record<string, Migration>> = {
  "0001-first": migration(firstSchema),
  "0002-server": migration(serverSchema),
  "0003-settings": migration(settingsSchema),
  "0004-looked-at": migration(["alter table photos add column looked_at integer"]),
  "0005-faces-listed": migration(listedFaces),
  "0006-faces-changed": migration(changedFaces),
  "0007-pin-tries": migration([
    "alter table guest_links add column pin_left real",
    "alter table guest_links add column pin_at integer",
  ]),
  "0008-deleted-photos": migration(deletedPhotos),
  "0009-guest-favourites": migration(guestFavourites),
  "0010-covers": migration(covers),
  "0011-held-decisions": migration(heldDecisions),
  "0012-reliability": migration(
    ["faces", "next_faces"].map(
      (table) => `update ${table} set quality_details = replace(quality_details, '"steadiness":', '"reliability":')`,
    ),
  ),
};

export const migrationProvider: MigrationProvider = {
  getMigrations: () => Promise.resolve({ ...migrations }),
};

function migration(statements: readonly string[]): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
