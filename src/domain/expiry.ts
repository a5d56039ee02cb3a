import type { GuestStore } from "./access-ports.ts";
import type { BlobStore } from "./blobs.ts";
import { deleteEvent } from "./events.ts";
import type { Stores } from "./ports.ts";

/** Erases events whose time is over, with everything in them, and guests whose session is. Says which events. */
export async function eraseExpired(
  { stores, blobs, guests }: { readonly stores: Stores; readonly blobs: BlobStore; readonly guests: GuestStore },
  now = new Date(),
): Promise<readonly string[]> {
  await guests.forgetExpired(now);
  const erased: string[] = [];
  for (const { id, expiresAt } of await stores.events.list()) {
    if (expiresAt === null || expiresAt > now) continue;
    await deleteEvent(stores, blobs, id);
    erased.push(id);
  }
  return erased;
}
