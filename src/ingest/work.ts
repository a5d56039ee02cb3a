import { setTimeout as sleep } from "node:timers/promises";
import { codedError } from "../domain/errors.ts";
import type { FailedFile } from "../domain/model.ts";
import type { ClaimedPhoto, PhotoStore } from "../domain/ports.ts";
import type { FaceEngine } from "../face/engine.ts";
import type { FacesInImage } from "../face/face.ts";
import { hasStamp, readFound } from "./file-stamp.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import { isOfThePhoto, mostCrashes } from "./photo-fault.ts";
import { isGone } from "./scan.ts";
import { unreadableFile } from "./walk.ts";

/** How often to look whether the scan or another process has something to do for us. */
const pollMs = 100;

/** What has become of the photos. */
export interface WorkTally {
  done: number;
  failed: number;
  faces: number;
  /** Files that were being written all the time; they are not known any more, so the next run finds them anew. */
  readonly changing: FailedFile[];
}

export interface Work {
  readonly photos: PhotoStore;
  readonly engineOf: (eventId: string) => Promise<FaceEngine>;
  /** Pictures that engines look at at the same time. */
  readonly workers: number;
  /** Undefined: all. */
  readonly eventId?: string;
  readonly holder: LeaseHolder;
  /** True as long as photos may still be added to the queue. */
  readonly isFilling: () => boolean;
  /** Counted up as photos are finished. */
  readonly tally: WorkTally;
  /** Called when a photo was finished. */
  readonly onProgress: (photo: ClaimedPhoto) => void;
  /** Where the bytes of an uploaded photo are. */
  readonly fileOfUpload: (photo: ClaimedPhoto, sha256: string) => string;
  /** Resolves when there may be something new in the queue; default: a moment later. */
  readonly wait?: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Finds the faces in all photos of the event's queue, until every photo is finished, here or by other processes.
 *
 * @throws the signal's reason; whatever is not the photos' fault, such as a full disk
 */
export async function workThroughQueue(work: Work): Promise<void> {
  const busy = new Set<Promise<void>>();
  let fault: { readonly error: unknown } | undefined;
  const start = (photo: ClaimedPhoto) => {
    const task = findFaces(work, photo)
      .catch((error: unknown) => {
        fault ??= { error };
      })
      .finally(() => busy.delete(task));
    busy.add(task);
  };
  // One more than there are workers, so that none of them waits for the database.
  const most = work.workers + 1;
  while (!fault && !work.signal.aborted) {
    const photo = await work.photos.claim(work.eventId, work.holder.lease(), Date.now());
    if (photo) {
      start(photo);
      if (busy.size >= most) await Promise.race(busy);
    } else if (busy.size > 0) {
      await Promise.race([...busy, sleep(pollMs)]);
    } else if (work.isFilling() || (await othersAreBusy(work))) {
      await (work.wait?.() ?? sleep(pollMs));
    } else {
      return;
    }
  }
  await Promise.all(busy);
  if (fault) throw fault.error;
  work.signal.throwIfAborted();
}

async function othersAreBusy({ photos, eventId, holder }: Work): Promise<boolean> {
  await holder.releaseOfTheDead(eventId);
  if (eventId === undefined) return false;
  const { pending, working } = await photos.unfinished(eventId);
  return pending + working > 0;
}

async function findFaces(work: Work, photo: ClaimedPhoto): Promise<void> {
  const { photos, holder, signal } = work;
  try {
    const path = photo.uploaded === undefined ? photo.file?.path : work.fileOfUpload(photo, photo.uploaded);
    if (path === undefined) {
      // Its last file was forgotten since, and the photo is going with it.
      await photos.release(holder.owner, photo);
      await sleep(pollMs);
      return;
    }
    const engine = await work.engineOf(photo.eventId);
    await finish(work, photo, await engine.findFaces(path, { signal }));
  } catch (error) {
    const coded = codedError(error);
    // Erased with its photos meanwhile.
    if (coded?.code === "EVENT_UNKNOWN") return;
    if (signal.aborted || !coded) {
      await photos.release(holder.owner, photo);
      throw error;
    }
    if (coded.code === "ENGINE_CRASHED" && photo.attempts + 1 < mostCrashes) {
      await photos.recordCrash(photo);
    } else if (
      coded.code === "IMAGE_UNREADABLE" &&
      photo.uploaded === undefined &&
      photo.file &&
      (await isGone(photo.file.path))
    ) {
      await photos.release(holder.owner, photo);
      await photos.forgetFiles(photo.eventId, [photo.file.path]);
    } else if (isOfThePhoto(coded)) {
      if (!(await photos.fail(photo, coded))) return;
      work.tally.failed++;
      work.onProgress(photo);
    } else {
      await photos.release(holder.owner, photo);
      throw error;
    }
  }
}

async function finish(work: Work, photo: ClaimedPhoto, found: FacesInImage): Promise<void> {
  const { photos, tally } = work;
  if (photo.uploaded === undefined && photo.file && !(await hasStamp(photo.file.path, photo.file.stamp))) {
    // What was looked at may be another picture than the one that was hashed.
    await photos.release(photo.owner, photo);
    await readAgain(work, photo.eventId, photo.file.path);
  } else if (await photos.complete(photo, found)) {
    tally.done++;
    tally.faces += found.faces.length;
    work.onProgress(photo);
  }
}

async function readAgain({ photos, tally, signal }: Work, eventId: string, path: string): Promise<void> {
  try {
    await photos.recordFiles(eventId, [await readFound(path, signal)]);
  } catch (error) {
    signal.throwIfAborted();
    await photos.forgetFiles(eventId, [path]);
    if (!(await isGone(path))) tally.changing.push({ file: path, error: codedError(error) ?? unreadableFile(error) });
  }
}
