import type { ExpressionBuilder } from "kysely";
import type { Schema } from "./schema.ts";

/** For `where`: photos whose bytes are in the blob store. */
export function isUploaded({ exists, selectFrom }: ExpressionBuilder<Schema, "photos">) {
  return exists(
    selectFrom("photo_uploads")
      .select("photo_uploads.seq")
      .whereRef("photo_uploads.event_id", "=", "photos.event_id")
      .whereRef("photo_uploads.photo_id", "=", "photos.id"),
  );
}
