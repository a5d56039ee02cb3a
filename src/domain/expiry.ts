import type { GuestStore } from "./access-ports.ts";
import { type BlobStore, blobKeys } from "./blobs.ts";
import { getEvent, sizeOf } from "./events.ts";
import type { ErasedEvent } from "./model.ts";
import type { Stores } from "./ports.ts";
import { storageOf } from "./storage-used.ts";

interface Tools {
  readonly stores: Stores;
  readonly blobs: BlobStore;
  readonly guests: GuestStore;
  /** Forgets the event's uploads that have not arrived whole. */
  readonly forgetUploads: (eventId: string) => Promise<void>;
}

export interface EventReceipt extends ErasedEvent {
  readonly eventId: string;
}

/**
 * Erases the event, on the disk and in memory: uploaded photos and all pictures, uploads that have not arrived whole,
 * files known, faces, people, decisions, searches, links and guests. Files that were indexed in place are not touched.
 *
 * @throws RollcallError EVENT_UNKNOWN
 */
export async function eraseEvent(
  { stores, blobs, guests, forgetUploads }: Tools,
  eventId: string,
): Promise<EventReceipt> {
  await getEvent(stores, eventId);
  const size = { ...(await sizeOf(stores, eventId)), ...(await storageOf({ stores, blobs }, eventId)) };
  const links = (await guests.links(eventId)).length;
  // Its files first: whoever is interrupted here finds the event again and goes on, while files of no event would stay.
  await blobs.delete(blobKeys.event(eventId));
  await stores.events.delete(eventId);
  // What came in between.
  await blobs.delete(blobKeys.event(eventId));
  await forgetUploads(eventId);
  stores.faces.forget(eventId);
  return { eventId, ...size, links };
}

export interface ExpiryWatcher {
  /** An event's time was over. */
  onErased(receipt: EventReceipt): void;
  onFault(error: unknown): void;
}

/**
 * Erases events whose time is over, and guests whose session is. An event that cannot be erased is tried again the next
 * time, and keeps no other one.
 */
export async function eraseExpired(
  tools: Tools,
  { onErased, onFault }: ExpiryWatcher,
  now = new Date(),
): Promise<void> {
  await tools.guests.forgetExpired(now);
  for (const { id, expiresAt } of await tools.stores.events.list()) {
    if (expiresAt === null || expiresAt > now) continue;
    try {
      onErased(await eraseEvent(tools, id));
    } catch (error) {
      onFault(error);
    }
  }
}
