import { randomBytes } from "node:crypto";
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from "kysely";
import type { GuestLink, GuestPhoto, GuestStore } from "../domain/access-ports.ts";
import { errorCatalogue, RollcallError } from "../domain/errors.ts";
import { returnPinTry, takePinTry, takeSelfie } from "./budgets.ts";
import type { Schema } from "./schema.ts";

/** @param flushErased called when rows were deleted, to have them out of the database's log as well */
export function guestStore(db: Kysely<Schema>, flushErased: () => Promise<void>): GuestStore {
  const links = db
    .selectFrom("guest_links")
    .selectAll()
    .select(sql<number>`(select count(*) from guests where guests.link_id = guest_links.id)`.as("guests"));

  return {
    async createLink({ id, eventId, label, secretHash, pinHash, expiresAt }) {
      const row = await db
        .insertInto("guest_links")
        .values({
          id,
          event_id: eventId,
          label,
          secret_hash: secretHash,
          pin_hash: pinHash,
          created_at: Date.now(),
          expires_at: expiresAt?.getTime() ?? null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toLink({ ...row, guests: 0 });
    },

    async links(eventId) {
      const rows = await links.where("event_id", "=", eventId).orderBy("created_at", "desc").orderBy("id").execute();
      return rows.map(toLink);
    },

    async findLink(secretHash) {
      const row = await links.where("secret_hash", "=", secretHash).executeTakeFirst();
      return row && { ...toLink(row), pinHash: row.pin_hash };
    },

    async revokeLink(eventId, linkId) {
      const now = Date.now();
      const isRevoked = await db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable("guest_links")
          .set({ revoked_at: now })
          .where("event_id", "=", eventId)
          .where("id", "=", linkId)
          .where("revoked_at", "is", null)
          .executeTakeFirst();
        await forgetGuests(tx, tx.selectFrom("guests").select("id").where("link_id", "=", linkId), now);
        return numUpdatedRows > 0n;
      });
      await flushErased();
      return isRevoked;
    },

    async countSearch(linkId) {
      await db
        .updateTable("guest_links")
        .set((column) => ({ searches: column("searches", "+", 1) }))
        .where("id", "=", linkId)
        .execute();
    },

    takePinTry: (linkId, allowance, now) => takePinTry(db, linkId, allowance, now),
    returnPinTry: (linkId, allowance) => returnPinTry(db, linkId, allowance),

    takeSelfie: (guest, budgets, now) => takeSelfie(db, guest, budgets, now),

    async createGuest({ id, tokenHash, linkId, expiresAt }) {
      const now = Date.now();
      await db
        .insertInto("guests")
        .values({ id, token_hash: tokenHash, link_id: linkId, created_at: now, expires_at: expiresAt.getTime() })
        .execute();
    },

    async guest(tokenHash, now) {
      const row = await guestsIn(db, now).where("guests.token_hash", "=", tokenHash).executeTakeFirst();
      return row && { id: row.id, linkId: row.link_id, eventId: row.event_id };
    },

    async isIn(guestId, now) {
      return (await guestsIn(db, now).where("guests.id", "=", guestId).executeTakeFirst()) !== undefined;
    },

    async forgetGuest(guestId, now) {
      await db
        .transaction()
        .execute((tx) =>
          forgetGuests(tx, tx.selectFrom("guests").select("id").where("id", "=", guestId), now.getTime()),
        );
      await flushErased();
    },

    async forgetExpired(now) {
      const { numDeletedRows } = await db
        .deleteFrom("guests")
        .where("expires_at", "<=", now.getTime())
        .executeTakeFirst();
      if (numDeletedRows > 0n) await flushErased();
    },

    async recordConsent({ id, eventId }, { purpose, textHash }) {
      await db
        .insertInto("consents")
        .values({
          id: randomBytes(8).toString("hex"),
          event_id: eventId,
          guest_id: id,
          purpose,
          text_hash: textHash,
          given_at: Date.now(),
          withdrawn_at: null,
        })
        .execute();
    },

    async consent(guestId, purpose) {
      const row = await db
        .selectFrom("consents")
        .select(["text_hash", "given_at"])
        .where("guest_id", "=", guestId)
        .where("purpose", "=", purpose)
        .where("withdrawn_at", "is", null)
        .orderBy("given_at", "desc")
        .limit(1)
        .executeTakeFirst();
      return row && { textHash: row.text_hash, givenAt: new Date(row.given_at) };
    },

    async consents(eventId, { limit, cursor }) {
      const order = sql<number>`rowid`;
      let query = db
        .selectFrom("consents")
        .select(["id", "purpose", "text_hash", "given_at", "withdrawn_at", order.as("number")])
        .where("event_id", "=", eventId)
        .orderBy(order, "desc")
        .limit(limit + 1);
      if (cursor !== undefined) query = query.where(order, "<", readCursor(cursor));
      const rows = await query.execute();
      const consents = rows.slice(0, limit).map((row) => ({
        id: row.id,
        purpose: row.purpose,
        textHash: row.text_hash,
        givenAt: new Date(row.given_at),
        withdrawnAt: row.withdrawn_at === null ? null : new Date(row.withdrawn_at),
      }));
      return { consents, next: rows.length > limit ? String(rows[limit - 1]?.number) : undefined };
    },

    async addMatches(guestId, matches) {
      return await db.transaction().execute(async (tx) => {
        const guest = await tx.selectFrom("guests").select("id").where("id", "=", guestId).executeTakeFirst();
        if (!guest) return false;
        for (const { photoId, faceId, confidence } of matches) {
          await tx
            .insertInto("guest_photos")
            .values({ guest_id: guestId, photo_id: photoId, face_id: faceId, confidence })
            .onConflict((conflict) =>
              conflict.columns(["guest_id", "photo_id"]).doUpdateSet({ face_id: faceId, confidence }),
            )
            .execute();
        }
        return true;
      });
    },

    async photos(guestId) {
      const rows = await db
        .selectFrom("guest_photos")
        .selectAll()
        .where("guest_id", "=", guestId)
        .orderBy("confidence", "desc")
        .orderBy("photo_id")
        .execute();
      return rows.map(toPhoto);
    },

    async photo(guestId, photoId) {
      const row = await db
        .selectFrom("guest_photos")
        .selectAll()
        .where("guest_id", "=", guestId)
        .where("photo_id", "=", photoId)
        .executeTakeFirst();
      return row && toPhoto(row);
    },

    async hidePhoto(guestId, photoId, hidden) {
      const { numUpdatedRows } = await db
        .updateTable("guest_photos")
        .set({ hidden: hidden ? 1 : 0 })
        .where("guest_id", "=", guestId)
        .where("photo_id", "=", photoId)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async favourites(guestId) {
      const rows = await db.selectFrom("guest_favourites").select("photo_id").where("guest_id", "=", guestId).execute();
      return new Set(rows.map((row) => row.photo_id));
    },

    async isFavourite(guestId, photoId) {
      const row = await db
        .selectFrom("guest_favourites")
        .select("photo_id")
        .where("guest_id", "=", guestId)
        .where("photo_id", "=", photoId)
        .executeTakeFirst();
      return row !== undefined;
    },

    async setFavourite(guestId, photoId, favourite) {
      const row = { guest_id: guestId, photo_id: photoId };
      if (favourite) {
        const insert = db.insertInto("guest_favourites").values(row);
        await insert.onConflict((conflict) => conflict.doNothing()).execute();
      } else {
        await db
          .deleteFrom("guest_favourites")
          .where("guest_id", "=", guestId)
          .where("photo_id", "=", photoId)
          .execute();
      }
    },
  };
}

/** What was found for them goes; that they agreed, and until when, stays. */
async function forgetGuests(
  tx: Kysely<Schema>,
  guests: SelectQueryBuilder<Schema, "guests", { id: string }>,
  now: number,
): Promise<void> {
  await tx
    .updateTable("consents")
    .set({ withdrawn_at: now })
    .where("guest_id", "in", guests)
    .where("withdrawn_at", "is", null)
    .execute();
  await tx.deleteFrom("guests").where("id", "in", guests).execute();
}

function readCursor(cursor: string): number {
  if (/^\d{1,15}$/u.test(cursor)) return Number(cursor);
  throw new RollcallError("CURSOR_INVALID", errorCatalogue.CURSOR_INVALID);
}

/** Those whose session and link go on. */
function guestsIn(db: Kysely<Schema>, now: Date) {
  const at = now.getTime();
  return db
    .selectFrom("guests")
    .innerJoin("guest_links", "guest_links.id", "guests.link_id")
    .select(["guests.id", "guests.link_id", "guest_links.event_id"])
    .where("guests.expires_at", ">", at)
    .where("guest_links.revoked_at", "is", null)
    .where((where) =>
      where.or([where("guest_links.expires_at", "is", null), where("guest_links.expires_at", ">", at)]),
    );
}

function toPhoto(row: Selectable<Schema["guest_photos"]>): GuestPhoto {
  return { photoId: row.photo_id, faceId: row.face_id, confidence: row.confidence, hidden: row.hidden !== 0 };
}

function toLink(row: Selectable<Schema["guest_links"]> & { readonly guests: number }): GuestLink {
  return {
    id: row.id,
    eventId: row.event_id,
    label: row.label,
    hasPin: row.pin_hash !== null,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
    guests: row.guests,
    searches: row.searches,
  };
}
