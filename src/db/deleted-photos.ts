import type { Kysely, Transaction } from "kysely";
import type { Schema } from "./schema.ts";

/** To be called before the rows of the photos are deleted. */
export async function rememberDeleted(
  tx: Transaction<Schema>,
  eventId: string,
  photoIds: readonly string[],
): Promise<void> {
  await tx
    .insertInto("deleted_photos")
    .columns(["event_id", "sha256"])
    .expression((from) =>
      from
        .selectFrom("photos")
        .select(["event_id", "sha256"])
        .where("event_id", "=", eventId)
        .where("id", "in", photoIds),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Somebody wants these photos back. */
export async function forgetDeleted(
  tx: Transaction<Schema>,
  eventId: string,
  sha256s: readonly string[],
): Promise<void> {
  if (sha256s.length === 0) return;
  await tx.deleteFrom("deleted_photos").where("event_id", "=", eventId).where("sha256", "in", sha256s).execute();
}

/** Those of the SHA-256 whose photos were deleted. */
export async function deletedAmong(
  db: Kysely<Schema>,
  eventId: string,
  sha256s: readonly string[],
): Promise<ReadonlySet<string>> {
  if (sha256s.length === 0) return new Set();
  const rows = await db
    .selectFrom("deleted_photos")
    .select("sha256")
    .where("event_id", "=", eventId)
    .where("sha256", "in", sha256s)
    .execute();
  return new Set(rows.map((row) => row.sha256));
}
