import type { Kysely } from "kysely";
import type { Stores } from "../domain/ports.ts";
import { chartStore } from "./charts.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { eventStore } from "./events.ts";
import { faceStore } from "./faces.ts";
import { personStore } from "./people.ts";
import { photoStore } from "./photos.ts";
import { reindexStore } from "./reindexes.ts";
import type { Schema } from "./schema.ts";
import { searchLog } from "./searches.ts";
import { settingsStore } from "./settings.ts";

/**
 * All stores of one database.
 *
 * @param flushErased has what was deleted leave the database's files
 */
export function openStores(db: Kysely<Schema>, cipher: EmbeddingCipher, flushErased: () => Promise<void>): Stores {
  return {
    events: eventStore(db, flushErased),
    photos: photoStore(db, cipher, flushErased),
    faces: faceStore(db, cipher),
    people: personStore(db, flushErased),
    searches: searchLog(db),
    charts: chartStore(db),
    settings: settingsStore(db),
    reindexes: reindexStore(db, cipher, flushErased),
  };
}
