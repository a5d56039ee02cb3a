import { RollcallError } from "./errors.ts";
import type { Stores } from "./ports.ts";
import type { PromisedBytes, PromisedUpload } from "./promised-bytes.ts";
import { Turns } from "./turns.ts";

export interface UploadLimits {
  /** Of one photo. */
  readonly mostBytes: number;
  /** Of all uploaded photos of an event together, with what uploads that have begun may grow to. */
  readonly eventBytes: number;
}

interface Tools {
  readonly stores: Pick<Stores, "photos">;
  readonly limits: UploadLimits;
  readonly promised: PromisedBytes;
}

/** By event: whether a photo fits beside the others, and its row, are one step to the other photos. */
export const quotaTurns = new Turns();

/**
 * Keeps room for an upload before its bytes are sent, until it is taken in or released.
 *
 * @throws RollcallError QUOTA_EXCEEDED
 */
export async function promiseRoom(tools: Tools, uploadId: string, upload: PromisedUpload): Promise<void> {
  await quotaTurns.take(upload.eventId, async () => {
    await checkQuota(tools, upload.eventId, upload);
    await tools.promised.keep(uploadId, upload);
  });
}

/** @throws RollcallError QUOTA_EXCEEDED, not for a photo that the event has already */
export async function checkQuota(
  tools: Tools,
  eventId: string,
  {
    bytes,
    sha256,
    promisedAs,
  }: { readonly bytes: number; readonly sha256?: string; readonly promisedAs?: string | undefined },
): Promise<void> {
  if (bytes <= (await roomFor(tools, eventId, promisedAs))) return;
  if (sha256 !== undefined && (await tools.stores.photos.known(eventId, [sha256])).has(sha256)) return;
  throw quotaExceeded(tools.limits);
}

/** In bytes. What was promised room needs none beside what is promised to others. */
export async function roomFor(
  { stores, limits, promised }: Tools,
  eventId: string,
  promisedAs: string | undefined,
): Promise<number> {
  const used = await stores.photos.uploadedBytes(eventId);
  return limits.eventBytes - used - (promisedAs === undefined ? await promised.ofEvent(eventId) : 0);
}

export function quotaExceeded({ eventBytes }: UploadLimits): RollcallError {
  const gigabytes = Math.round(eventBytes / 1e8) / 10;
  return new RollcallError(
    "QUOTA_EXCEEDED",
    `The photos of an event may have ${gigabytes} GB together, with those that are still being uploaded, and this one would not fit any more. Delete photos, or raise ROLLCALL_EVENT_QUOTA_GB.`,
  );
}
