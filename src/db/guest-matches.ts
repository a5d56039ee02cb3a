import type { Transaction } from "kysely";
import type { Schema } from "./schema.ts";

/** Ids of the event's guests. The same photo in two events has faces of the same ids, so matches are told apart by them. */
export function guestsOf(tx: Transaction<Schema>, eventId: string) {
  return tx
    .selectFrom("guests")
    .innerJoin("guest_links", "guest_links.id", "guests.link_id")
    .select("guests.id")
    .where("guest_links.event_id", "=", eventId);
}

/** Faces that a guest of the event was found by. */
export async function matchedFaces(tx: Transaction<Schema>, eventId: string): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom("guest_photos")
    .select("face_id")
    .distinct()
    .where("guest_id", "in", guestsOf(tx, eventId))
    .execute();
  return new Set(rows.map((row) => row.face_id));
}

/** The face has another id from now on, and guests who were found by it still are. */
export async function moveMatches(
  tx: Transaction<Schema>,
  eventId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await tx
    .updateTable("guest_photos")
    .set({ face_id: to })
    .where("face_id", "=", from)
    .where("guest_id", "in", guestsOf(tx, eventId))
    .execute();
}
