import { type Kysely, sql } from "kysely";
import type { Guest } from "../domain/access-ports.ts";
import { type Allowance, type Bucket, drain, type Take } from "../domain/throttle.ts";
import type { Schema } from "./schema.ts";

/** Buckets beside what they are about, so that they outlive the process and go with the link. */
export function takeSelfie(
  db: Kysely<Schema>,
  { id, linkId }: Guest,
  { ofGuest, ofLink }: { readonly ofGuest: Allowance; readonly ofLink: Allowance },
  now: Date,
): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const guest = drain(await bucketOf(tx, "guests", id), ofGuest, now.getTime());
    const link = drain(await bucketOf(tx, "guest_links", linkId), ofLink, now.getTime());
    const waitMs = Math.max(guest.waitMs, link.waitMs);
    if (waitMs > 0) return waitMs;
    await keep(tx, "guests", id, guest.bucket);
    await keep(tx, "guest_links", linkId, link.bucket);
    return 0;
  });
}

export function takePinTry(db: Kysely<Schema>, linkId: string, allowance: Allowance, now: Date): Promise<Take> {
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom("guest_links")
      .select(["pin_left as left", "pin_at as at"])
      .where("id", "=", linkId)
      .executeTakeFirst();
    const { bucket, ...take } = drain(asBucket(row), allowance, now.getTime());
    if (take.waitMs > 0) return take;
    const { left, at } = bucket;
    await tx.updateTable("guest_links").set({ pin_left: left, pin_at: at }).where("id", "=", linkId).execute();
    return take;
  });
}

/** The PIN was right. */
export async function returnPinTry(db: Kysely<Schema>, linkId: string, { tries }: Allowance): Promise<void> {
  await db
    .updateTable("guest_links")
    .set({ pin_left: sql<number>`min(${tries}, pin_left + 1)` })
    .where("id", "=", linkId)
    .execute();
}

type Table = "guests" | "guest_links";

async function bucketOf(tx: Kysely<Schema>, table: Table, id: string): Promise<Bucket | undefined> {
  const row = await tx
    .selectFrom(table)
    .select(["budget_left as left", "budget_at as at"])
    .where("id", "=", id)
    .executeTakeFirst();
  return asBucket(row);
}

function asBucket(row: { readonly left: number | null; readonly at: number | null } | undefined): Bucket | undefined {
  if (!row || row.left === null || row.at === null) return undefined;
  return { left: row.left, at: row.at };
}

async function keep(tx: Kysely<Schema>, table: Table, id: string, { left, at }: Bucket): Promise<void> {
  await tx.updateTable(table).set({ budget_left: left, budget_at: at }).where("id", "=", id).execute();
}
