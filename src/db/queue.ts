import { type Kysely, sql } from "kysely";
import type { ClaimedPhoto, PhotoStore } from "../domain/ports.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { replaceFaces } from "./face-rows.ts";
import { touchEvent } from "./revision.ts";
import type { Schema } from "./schema.ts";

type Queue = Pick<
  PhotoStore,
  "claim" | "renewLeases" | "release" | "leaseOwners" | "complete" | "fail" | "recordCrash" | "requeue" | "unfinished"
>;

const unleased = { lease_owner: null, lease_until: null } as const;
const waiting = { ...unleased, status: "pending" } as const;

export function queueQueries(db: Kysely<Schema>, cipher: EmbeddingCipher): Queue {
  const updateHeld = (photo: ClaimedPhoto, on: Kysely<Schema> = db) =>
    on
      .updateTable("photos")
      .where("event_id", "=", photo.eventId)
      .where("id", "=", photo.photoId)
      .where("status", "=", "working")
      .where("lease_owner", "=", photo.owner);

  return {
    async claim(eventId, lease, now) {
      const row = await db
        .updateTable("photos")
        .set({ status: "working", lease_owner: lease.owner, lease_until: lease.until })
        .where("seq", "=", ({ fn, selectFrom }) => {
          const all = selectFrom("photos as next").orderBy("next.seq").limit(1);
          // As the index of the queue says it, which is not used otherwise: all photos before the next would be looked at.
          const inQueue = sql<boolean>`next.status in ('pending', 'working')`;
          const photos = eventId === undefined ? all.where(inQueue) : all.where("next.event_id", "=", eventId);
          const pending = photos.select("next.seq").where("next.status", "=", "pending");
          const expired = photos
            .select("next.seq")
            .where("next.status", "=", "working")
            .where("next.lease_until", "<", now);
          return fn.coalesce(pending, expired);
        })
        .returning(["event_id", "id", "sha256", "attempts"])
        .executeTakeFirst();
      if (!row) return undefined;
      const file = await db
        .selectFrom("photo_paths")
        .select(["path", "stamp"])
        .where("event_id", "=", row.event_id)
        .where("photo_id", "=", row.id)
        .orderBy("path")
        .limit(1)
        .executeTakeFirst();
      const upload = await db
        .selectFrom("photo_uploads")
        .select("seq")
        .where("event_id", "=", row.event_id)
        .where("photo_id", "=", row.id)
        .limit(1)
        .executeTakeFirst();
      return {
        eventId: row.event_id,
        photoId: row.id,
        owner: lease.owner,
        attempts: row.attempts,
        file: file && { ...file, photoId: row.id },
        uploaded: upload && row.sha256,
      };
    },

    async renewLeases(lease) {
      await db.updateTable("photos").set({ lease_until: lease.until }).where("lease_owner", "=", lease.owner).execute();
    },

    async release(owner, photo) {
      const held = photo ? updateHeld(photo) : db.updateTable("photos").where("lease_owner", "=", owner);
      await held.set(waiting).execute();
    },

    async leaseOwners(eventId) {
      const held = db.selectFrom("photos").select("lease_owner").distinct().where("status", "=", "working");
      const rows = await (eventId === undefined ? held : held.where("event_id", "=", eventId)).execute();
      return rows.flatMap((row) => row.lease_owner ?? []);
    },

    complete: (photo, found) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await updateHeld(photo, tx)
          .set({
            ...unleased,
            status: "done",
            looked_at: Date.now(),
            width: found.width,
            height: found.height,
            damaged: found.damaged ? 1 : 0,
            ...(found.takenAt ? { taken_at: found.takenAt.getTime() } : {}),
            pipeline_id: found.pipelineId,
          })
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await replaceFaces(tx, cipher, photo, found);
        await touchEvent(tx, photo.eventId);
        return true;
      }),

    fail: (photo, error) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await updateHeld(photo, tx)
          .set({
            ...unleased,
            status: "failed",
            looked_at: Date.now(),
            error_code: error.code,
            error_message: error.message,
          })
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        // Faces that an earlier pipeline found in it could be compared with no other any more.
        await tx
          .deleteFrom("faces")
          .where("event_id", "=", photo.eventId)
          .where("photo_id", "=", photo.photoId)
          .execute();
        await touchEvent(tx, photo.eventId);
        return true;
      }),

    async recordCrash(photo) {
      await updateHeld(photo)
        .set((column) => ({ ...waiting, attempts: column("attempts", "+", 1) }))
        .execute();
    },

    async requeue(eventId, { notOf, failedWith }) {
      await db
        .updateTable("photos")
        .set({ ...waiting, attempts: 0, error_code: null, error_message: null })
        .where("event_id", "=", eventId)
        .where((which) =>
          which.or([
            which.and([which("status", "=", "done"), which("pipeline_id", "!=", notOf)]),
            failedWith === "any" ? which("status", "=", "failed") : which("error_code", "in", failedWith),
          ]),
        )
        .execute();
    },

    async unfinished(eventId) {
      const rows = await db
        .selectFrom("photos")
        .select(["status", sql<number>`count(*)`.as("photos")])
        .where("event_id", "=", eventId)
        .where("status", "in", ["pending", "working"])
        .groupBy("status")
        .execute();
      const of = (status: string) => rows.find((row) => row.status === status)?.photos ?? 0;
      return { pending: of("pending"), working: of("working") };
    },
  };
}
