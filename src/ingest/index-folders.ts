import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { RollcallError } from "../domain/errors.ts";
import { findOrCreateEvent, openEvent, sizeOf } from "../domain/events.ts";
import { type GroupFaces, groupEvent } from "../domain/grouping.ts";
import type { FailedFile, IndexPhase, IndexProgress, IndexSummary, RollcallEvent } from "../domain/model.ts";
import type { ClaimedPhoto, FoundFile, Stores } from "../domain/ports.ts";
import { openCalibration } from "../face/calibration.ts";
import type { FaceEngine } from "../face/engine.ts";
import { LeaseHolder } from "./lease-holder.ts";
import { Rate } from "./rate.ts";
import { emptyTally, type FoldersToScan, type ScanTally, scanFolders } from "./scan.ts";
import { type WorkTally, workThroughQueue } from "./work.ts";

export interface IndexRequest {
  /** By name; made when there is none of that name. With `mustExist` by name or id, and never made. */
  readonly event: string;
  /** Default: false. */
  readonly mustExist?: boolean;
  /** Searched with everything in them; originals stay where they are. One that cannot be read is a failure beside the rest. */
  readonly folders: readonly string[];
  /** Does nothing at all when one of the folders cannot be read. Default: false. */
  readonly everyFolder?: boolean;
  /** Takes the photos of folders that are not there any more out of the event. Default: such a folder is a failure. */
  readonly forgetMissing?: boolean;
  /** Stops cleanly: the summary then says `stopped`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
  /** Also try photos again that failed before. */
  readonly retryFailed?: boolean;
  /** Also take photos in that were deleted from the event. */
  readonly again?: boolean;
  /** How long files that were changed lately have to look the same, in milliseconds; others are left to the next run. */
  readonly settleMs?: number;
}

export interface IndexTools {
  readonly stores: Stores;
  /** Started when it is first needed. */
  readonly engine: () => Promise<FaceEngine>;
  readonly groupFaces: GroupFaces;
  /** Where the bytes of a photo are that was uploaded to the event. */
  readonly fileOfUpload: (photo: ClaimedPhoto, sha256: string) => string;
  /** Files of deleted photos, kept from one run to the next. */
  readonly leftOut?: Map<string, FoundFile>;
}

/**
 * Brings an event up to date with folders of photos: scans them, finds the faces in new photos while still scanning, and
 * groups the faces into people. Everything finished is stored at once, so a run that is stopped or killed goes on where
 * it was. Several runs may work on one event at the same time.
 *
 * @throws RollcallError EVENT_NAME_INVALID, EVENT_UNKNOWN when the event was deleted meanwhile, FOLDER_MISSING
 *   or FOLDER_UNREADABLE when none of the folders can be read, DISK_FULL; FaceError MODEL_..., CALIBRATION_MISSING
 */
export async function indexFolders(tools: IndexTools, request: IndexRequest): Promise<IndexSummary> {
  const started = performance.now();
  const folders = [...new Set(request.folders.map((folder) => resolve(folder)))].sort();
  const { stores } = tools;
  const deleted = request.forgetMissing ? await deletedFolders(stores, request.event, folders) : [];
  const there = folders.filter((folder) => !deleted.includes(folder));
  const unusable = unusableFolders(there, request.everyFolder);
  const usable = there.filter((folder) => !unusable.some(({ file }) => file === folder));
  if (!request.mustExist && !(await stores.events.find(request.event))) await checkEngine(tools, request);
  const event = await (request.mustExist ? openEvent : findOrCreateEvent)(stores, request.event);
  const run = new IndexRun(tools, event.id, request);
  run.scanned.failed.push(...unusable);
  const stopped = await run.run({ folders: usable, deleted }).catch(async (error: unknown) => {
    await requireStillThere(stores, event);
    throw error;
  });
  await requireStillThere(stores, event);
  const { queued: _, failed, leftOut, ...files } = run.scanned;
  return {
    event: event.name,
    ...files,
    deletedBefore: leftOut.size,
    processed: run.worked.done + run.worked.failed,
    failed: mergeFailures([...failed, ...run.worked.changing], await stores.photos.failures(event.id)),
    ...(await sizeOf(stores, event.id)),
    seconds: (performance.now() - started) / 1000,
    stopped,
  };
}

/** What was stored of the photos is gone with it: neither a fault of the database nor a run that is done. */
async function requireStillThere({ events }: Stores, { id, name }: RollcallEvent): Promise<void> {
  if (await events.get(id)) return;
  throw new RollcallError(
    "EVENT_UNKNOWN",
    `The event "${name}" was deleted while its folders were indexed, so nothing of them was kept. Run the command again to make it anew.`,
  );
}

/** Before an event is made: a misspelt model must not leave an empty one behind. */
async function checkEngine(tools: IndexTools, { signal }: IndexRequest): Promise<void> {
  try {
    await openEngine(tools);
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/** Nobody could be told apart after looking at thousands of photos if nobody knew what similarities mean. */
async function openEngine({ engine }: IndexTools): Promise<FaceEngine> {
  const opened = await engine();
  openCalibration(opened.embedder);
  return opened;
}

/** Folders that are not there any more, and that photos of the event are from. */
async function deletedFolders({ events, photos }: Stores, name: string, folders: readonly string[]): Promise<string[]> {
  const event = await events.find(name);
  if (!event) return [];
  const deleted: string[] = [];
  for (const folder of folders) {
    if (problemOf(folder)?.code !== "FOLDER_MISSING") continue;
    const [photo] = await photos.filesUnder(event.id, folder, { after: "", limit: 1 });
    if (photo) deleted.push(folder);
  }
  return deleted;
}

/** Those that cannot be searched. @throws RollcallError FOLDER_MISSING, FOLDER_UNREADABLE for the first, when no other can be */
function unusableFolders(folders: readonly string[], everyFolder = false): FailedFile[] {
  const problems = folders.flatMap((folder) => {
    const error = problemOf(folder);
    return error ? [{ file: folder, error }] : [];
  });
  const [first] = problems;
  if (first && (everyFolder || problems.length === folders.length)) throw first.error;
  return problems.map(({ file, error: { code, message } }) => ({ file, error: { code, message } }));
}

function problemOf(folder: string): RollcallError | undefined {
  try {
    readdirSync(folder);
    return undefined;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT") {
      return new RollcallError(
        "FOLDER_MISSING",
        `There is no folder ${folder}. Check the path, and that its disk is connected.`,
      );
    }
    const what = code === "ENOTDIR" ? "is a file, not a folder" : "cannot be opened. Check its permissions";
    return new RollcallError("FOLDER_UNREADABLE", `${folder} ${what}.`, { cause });
  }
}

/** A file that cannot be read now may have failed before, too; what was seen last holds. */
function mergeFailures(now: readonly FailedFile[], before: readonly FailedFile[]): FailedFile[] {
  const byFile = new Map([...before, ...now].map((failure) => [failure.file, failure]));
  return [...byFile.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

class IndexRun {
  readonly scanned: ScanTally = emptyTally();
  readonly worked: WorkTally = { done: 0, failed: 0, faces: 0, changing: [] };
  readonly #tools: IndexTools;
  readonly #eventId: string;
  readonly #request: IndexRequest;
  readonly #rate = new Rate();
  #phase: IndexPhase = "scanning";
  #queuedBefore = 0;

  constructor(tools: IndexTools, eventId: string, request: IndexRequest) {
    this.#tools = tools;
    this.#eventId = eventId;
    this.#request = request;
  }

  /** True when it was stopped before it was done. */
  async run(folders: FoldersToScan): Promise<boolean> {
    const { signal } = this.#request;
    try {
      signal?.throwIfAborted();
      await this.#runToTheEnd(folders);
      return false;
    } catch (error) {
      if (signal?.aborted) return true;
      throw error;
    }
  }

  async #runToTheEnd(folders: FoldersToScan): Promise<void> {
    const { stores, groupFaces } = this.#tools;
    const { signal, retryFailed } = this.#request;
    this.#report();
    const engine = await openEngine(this.#tools);
    const { pipelineId, embedder } = engine;
    await stores.photos.requeue(this.#eventId, {
      notOf: pipelineId,
      // The fault may not have been in the photo.
      failedWith: retryFailed ? "any" : ["IMAGE_UNREADABLE"],
    });
    await this.#findFaces(engine, folders);
    this.#enter("grouping");
    await groupEvent(stores, groupFaces, this.#eventId, { pipelineId, embedder, ...(signal ? { signal } : {}) });
    this.#enter("done");
  }

  /** Scans and looks for faces at the same time; when one of them fails, both end. */
  async #findFaces(engine: FaceEngine, folders: FoldersToScan): Promise<void> {
    const { fileOfUpload, leftOut, stores } = this.#tools;
    const { photos } = stores;
    const failure = new AbortController();
    const signal = AbortSignal.any([failure.signal, ...(this.#request.signal ? [this.#request.signal] : [])]);
    const holder = new LeaseHolder(photos);
    const onProgress = () => this.#report();
    try {
      await holder.releaseOfTheDead(this.#eventId);
      this.#queuedBefore = (await photos.unfinished(this.#eventId)).pending;
      const { again = false, settleMs } = this.#request;
      const scanOptions = {
        signal,
        onProgress,
        again,
        ...(settleMs === undefined ? {} : { settleMs }),
        ...(leftOut ? { leftOut } : {}),
      };
      const scan = scanFolders(photos, this.#eventId, folders, this.scanned, scanOptions).then(() =>
        this.#enter("finding-faces"),
      );
      const work = workThroughQueue({
        photos,
        engineOf: async () => engine,
        workers: engine.workers,
        eventId: this.#eventId,
        fileOfUpload,
        holder,
        isFilling: () => this.#phase === "scanning",
        tally: this.worked,
        onProgress,
        signal,
      });
      const ends = [scan, work].map((end) =>
        end.catch((error: unknown) => {
          failure.abort(error);
          throw error;
        }),
      );
      const settled = await Promise.allSettled(ends);
      if (failure.signal.aborted) throw failure.signal.reason;
      for (const end of settled) if (end.status === "rejected") throw end.reason;
    } finally {
      await holder.end();
    }
  }

  #enter(phase: IndexPhase): void {
    this.#phase = phase;
    this.#report();
  }

  #report(): void {
    const { onProgress } = this.#request;
    if (!onProgress) return;
    const done = this.worked.done + this.worked.failed;
    this.#rate.add(performance.now(), done);
    const photosPerSecond = this.#rate.perSecond();
    // Other processes may take from the queue, or add to it.
    const total = Math.max(done, this.#queuedBefore + this.scanned.queued);
    const totalIsFinal = this.#phase !== "scanning";
    const { added, unchanged, changed, leftOut, failed } = this.scanned;
    onProgress({
      phase: this.#phase,
      done,
      total,
      totalIsFinal,
      files: added + unchanged + changed + leftOut.size + failed.length,
      failed: this.worked.failed + failed.length,
      faces: this.worked.faces,
      photosPerSecond,
      ...(totalIsFinal && photosPerSecond > 0 ? { secondsLeft: (total - done) / photosPerSecond } : {}),
    });
  }
}
