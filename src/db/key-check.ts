import type { Kysely } from "kysely";
import { RollcallError } from "../domain/errors.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import type { Schema } from "./schema.ts";

const entry = "key check";

/** Whether the database was given a key before, so that only this key will do. */
export async function hasKey(db: Kysely<Schema>): Promise<boolean> {
  return (await readCheck(db)) !== undefined;
}

/** Ties the database to the key the first time, and holds it to it from then on. @throws RollcallError KEY_WRONG */
export async function checkKey(db: Kysely<Schema>, cipher: EmbeddingCipher): Promise<void> {
  const known = (await readCheck(db)) ?? (await tie(db, cipher));
  if (known !== undefined && cipher.matches(known)) return;
  throw new RollcallError(
    "KEY_WRONG",
    "The encryption key is not the one this database was made with, so its faces cannot be read. Use that key.",
  );
}

/** What the database is tied to from now on: another process may have come first, and its key then holds. */
async function tie(db: Kysely<Schema>, { keyCheck }: EmbeddingCipher): Promise<string | undefined> {
  await db
    .insertInto("meta")
    .values({ key: entry, value: keyCheck })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return readCheck(db);
}

async function readCheck(db: Kysely<Schema>): Promise<string | undefined> {
  const row = await db.selectFrom("meta").select("value").where("key", "=", entry).executeTakeFirst();
  return row?.value;
}
