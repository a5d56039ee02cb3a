import type { GuestStore } from "./access-ports.ts";
import type { BlobStore } from "./blobs.ts";
import { deleteEvent } from "./events.ts";
import type { DeletedEvent } from "./model.ts";
import type { Stores } from "./ports.ts";
import { storageOf } from "./storage-used.ts";

interface Tools {
  readonly stores: Stores;
  readonly blobs: BlobStore;
  readonly guests: GuestStore;
  /** Forgets the event's uploads that have not arrived whole. */
  readonly forgetUploads: (eventId: string) => Promise<void>;
}

/** What was erased of an event: an id and counts, nothing that tells what it was. */
export interface EventReceipt extends Omit<DeletedEvent, "event"> {
  readonly eventId: string;
  readonly uploadedBytes: number;
  readonly pictureBytes: number;
  readonly links: number;
}

/**
 * Erases an event with everything that a server has of it, on the disk and in memory.
 *
 * @throws RollcallError EVENT_UNKNOWN
 */
export async function eraseEvent(
  { stores, blobs, guests, forgetUploads }: Tools,
  eventId: string,
): Promise<EventReceipt> {
  const storage = await storageOf({ stores, blobs }, eventId);
  const links = (await guests.links(eventId)).length;
  const { photos, faces, people } = await deleteEvent(stores, blobs, eventId);
  await forgetUploads(eventId);
  stores.faces.forget(eventId);
  return { eventId, photos, faces, people, links, ...storage };
}

/** Erases events whose time is over, and guests whose session is. Says what was erased of which events. */
export async function eraseExpired(tools: Tools, now = new Date()): Promise<readonly EventReceipt[]> {
  await tools.guests.forgetExpired(now);
  const erased: EventReceipt[] = [];
  for (const { id, expiresAt } of await tools.stores.events.list()) {
    if (expiresAt !== null && expiresAt <= now) erased.push(await eraseEvent(tools, id));
  }
  return erased;
}
