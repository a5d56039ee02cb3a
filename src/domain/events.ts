import { type BlobStore, blobKeys } from "./blobs.ts";
import { RollcallError } from "./errors.ts";
import type { EventSettings, EventSummary, RollcallEvent } from "./model.ts";
import { requirePhoto } from "./photos.ts";
import type { Stores } from "./ports.ts";

const longestName = 120;

/** The event of that name, made when there is none. @throws RollcallError EVENT_NAME_INVALID */
export async function findOrCreateEvent({ events }: Pick<Stores, "events">, name: string): Promise<RollcallEvent> {
  return await events.findOrCreate(checkedName(name));
}

/** @throws RollcallError EVENT_NAME_INVALID, EVENT_NAME_TAKEN */
export async function createEvent({ events }: Pick<Stores, "events">, name: string): Promise<RollcallEvent> {
  const tidy = checkedName(name);
  if ((await events.find(tidy))?.name === tidy) throw nameTaken(tidy);
  return await events.findOrCreate(tidy);
}

/**
 * Changes what is given and leaves the rest.
 *
 * @throws RollcallError EVENT_UNKNOWN, EVENT_NAME_INVALID, EVENT_NAME_TAKEN, PHOTO_UNKNOWN, PICTURE_MISSING; REQUEST_INVALID for
 *   a time that is over
 */
export async function updateEvent(
  { stores, blobs }: { readonly stores: Pick<Stores, "events" | "photos">; readonly blobs: BlobStore },
  eventId: string,
  { name, ...settings }: Partial<EventSettings & { readonly name: string }>,
): Promise<RollcallEvent> {
  const { events } = stores;
  const event = await getEvent(stores, eventId);
  const { guestTitle, watermark, expiresAt, coverPhotoId } = settings;
  if (coverPhotoId) await requirePhoto(stores, eventId, coverPhotoId);
  if (expiresAt && expiresAt <= new Date() && expiresAt.getTime() !== event.expiresAt?.getTime()) {
    throw new RollcallError(
      "REQUEST_INVALID",
      "That day is over, so everything in the event would be erased at once. Choose one that is to come, or delete the event.",
    );
  }
  if (watermark !== undefined && !hasMark({ ...event, ...settings })) {
    const what = watermark === "logo" ? "a logo" : "the picture of a text";
    throw new RollcallError(
      "PICTURE_MISSING",
      `Photos cannot be marked with ${what} that the event does not have yet.`,
    );
  }
  const tidy = name === undefined ? undefined : checkedName(name);
  const done = await events.update(event.id, {
    ...settings,
    ...(guestTitle === undefined || guestTitle === null ? {} : { guestTitle: checkedName(guestTitle) }),
    ...(tidy === undefined ? {} : { name: tidy }),
  });
  if (!done) throw nameTaken(tidy ?? "");
  if (watermark !== undefined && watermark !== event.watermark) await blobs.delete(blobKeys.marked(eventId));
  return await getEvent(stores, eventId);
}

function hasMark({ watermark, logo, textMark }: Pick<EventSettings, "watermark" | "logo" | "textMark">): boolean {
  return watermark === "none" || (watermark === "logo" ? logo : textMark) !== null;
}

/** By id alone. @throws RollcallError EVENT_UNKNOWN */
export async function getEvent({ events }: Pick<Stores, "events">, eventId: string): Promise<RollcallEvent> {
  const event = await events.get(eventId);
  if (event) return event;
  throw new RollcallError("EVENT_UNKNOWN", "There is no event of that id. It may have been deleted meanwhile.");
}

function checkedName(name: string): string {
  const tidy = tidyName(name);
  if (tidy !== undefined) return tidy;
  throw new RollcallError(
    "EVENT_NAME_INVALID",
    `The name of an event has 1 to ${longestName} characters that can be printed. Choose another name.`,
  );
}

function nameTaken(name: string): RollcallError {
  return new RollcallError("EVENT_NAME_TAKEN", `There is an event "${name}" already. Choose another name.`);
}

/** @param event its name or id @throws RollcallError EVENT_UNKNOWN, naming the events there are */
export async function openEvent({ events }: Pick<Stores, "events">, event: string): Promise<RollcallEvent> {
  const found = await events.find(tidyName(event) ?? event);
  if (found) return found;
  const names = (await events.list()).map(({ name }) => `"${name}"`);
  const known = names.length === 0 ? "There are no events yet." : `There are: ${names.slice(0, 20).join(", ")}.`;
  throw new RollcallError(
    "EVENT_UNKNOWN",
    `There is no event "${event}". ${known} \`rollcall index <folder> --event <name>\` makes one.`,
  );
}

export async function listEvents(stores: Stores): Promise<readonly EventSummary[]> {
  const events = await stores.events.list();
  return await Promise.all(events.map(async (event) => ({ ...event, ...(await sizeOf(stores, event.id)) })));
}

/** Photos, whatever their state, faces and people. */
export async function sizeOf({ photos, faces }: Stores, eventId: string) {
  const [ofPhotos, ofFaces] = [await photos.statusCounts(eventId), await faces.counts(eventId)];
  return {
    photos: ofPhotos.pending + ofPhotos.working + ofPhotos.done + ofPhotos.failed,
    faces: ofFaces.faces,
    people: ofFaces.people,
  };
}

/** A name as it is stored; undefined when it is empty, too long, or has characters that cannot be printed or turn text around. */
export function tidyName(name: string): string | undefined {
  const tidy = name.normalize("NFC").trim();
  // As people count: an emoji is one, though it takes two units of a string.
  const { length } = [...tidy];
  const fits = length > 0 && length <= longestName;
  return fits && !/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(tidy) ? tidy : undefined;
}
