import { setTimeout as sleep } from "node:timers/promises";
import type { ActivityFeed } from "../domain/activity.ts";
import { type BlobStore, blobKeys } from "../domain/blobs.ts";
import type { Engines } from "../domain/engines.ts";
import { type CodedError, codedError, RollcallError } from "../domain/errors.ts";
import type { Stores } from "../domain/ports.ts";
import { beginOutdated } from "../domain/reindex.ts";
import type { NextPhoto, Reindex } from "../domain/reindex-ports.ts";
import type { FaceEngine } from "../face/engine.ts";
import type { FacesInImage } from "../face/face.ts";
import { hasStamp } from "./file-stamp.ts";
import { Nap } from "./nap.ts";
import { isOfThePhoto, mostCrashes } from "./photo-fault.ts";

/** How often to look for something to do, and for engines that nobody needs any more. */
const idleMs = 2_000;

/** After a fault that is not the photos', and while files are missing, work is tried again this often. */
const retryMs = 10_000;

/** New photos go before; how often to look whether they are done. */
const pollMs = 250;

const pageSize = 50;

export interface ReindexTools {
  readonly stores: Stores;
  readonly engines: Engines;
  readonly blobs: BlobStore;
  readonly activity: ActivityFeed;
  /** The event has new faces. */
  readonly onSwitched: (eventId: string) => void;
  /** Told of faults that are not the photos'. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Looks at photos again with other models, for as long as the server runs, while nothing new waits. What is found is kept
 * photo by photo, so a process that ends takes nothing with it.
 */
export class Reindexer {
  readonly #tools: ReindexTools;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  readonly #nap = new Nap();
  #fault: unknown;

  constructor(tools: ReindexTools) {
    this.#tools = tools;
  }

  /** Why nothing goes on; undefined when all is well. */
  get fault(): unknown {
    return this.#fault;
  }

  start(): void {
    this.#running ??= this.#runOn();
  }

  /** Something was begun or given up. */
  wake(): void {
    this.#nap.wake();
  }

  /** Lets go of the photos under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #runOn(): Promise<void> {
    const { signal } = this.#stop;
    let checked = false;
    while (!signal.aborted) {
      try {
        if (!checked) await beginOutdated(this.#tools);
        checked = true;
        const complete = await this.#workOnAll();
        if (complete) this.#fault = undefined;
        await this.#nap.sleep(complete ? idleMs : retryMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#fault = error;
        this.#tools.onFault(error);
        await this.#nap.sleep(retryMs, signal);
      }
    }
  }

  /** False when some photos could not be looked at now. */
  async #workOnAll(): Promise<boolean> {
    const { stores, engines, activity, onSwitched } = this.#tools;
    const all = await stores.reindexes.list();
    let complete = true;
    for (const reindex of all) {
      if (!(await this.#workOn(reindex))) {
        complete = false;
      } else if (await stores.reindexes.switchOver(reindex)) {
        const { eventId } = reindex;
        onSwitched(eventId);
        activity.publish({ kind: "people", eventId });
        activity.publish({ kind: "event", eventId });
      }
      this.#stop.signal.throwIfAborted();
    }
    if (all.length === 0) {
      const events = await stores.events.list();
      await engines.closeUnused([await engines.chosen(), ...events.flatMap(({ models }) => models ?? [])]);
    }
    return complete;
  }

  /** Looks at every photo of the event once. False when some could not be looked at now. */
  async #workOn(reindex: Reindex): Promise<boolean> {
    const { stores, engines } = this.#tools;
    const { signal } = this.#stop;
    const { eventId } = reindex;
    const busy = new Set<Promise<void>>();
    let missing: CodedError | undefined;
    let failure: { readonly error: unknown } | undefined;
    // Until somebody stops it.
    let given = true;
    try {
      for (let after = 0; given && !failure && !signal.aborted; ) {
        const photos = await stores.reindexes.remaining(eventId, { after, limit: pageSize });
        if (photos.length === 0) break;
        const engine = await engines.open(reindex.models);
        for (const photo of photos) {
          after = photo.seq;
          await this.#makeWay();
          if (!given || failure || signal.aborted) break;
          const task = this.#lookAt(engine, photo)
            .then(async (outcome) => {
              if (!("code" in outcome) || isOfThePhoto(outcome)) {
                given = (await stores.reindexes.record(reindex, photo.photoId, outcome)) && given;
              } else {
                missing = outcome;
              }
            })
            .catch((error: unknown) => {
              failure ??= { error };
            })
            .finally(() => busy.delete(task));
          busy.add(task);
          if (busy.size >= engine.workers) await Promise.race(busy);
        }
      }
    } finally {
      // Or the next round would begin with the same photos.
      await Promise.all(busy);
    }
    signal.throwIfAborted();
    if (failure) throw failure.error;
    if (missing) this.#fault = new RollcallError(missing.code, missing.message);
    return !missing;
  }

  async #lookAt(engine: FaceEngine, photo: NextPhoto): Promise<FacesInImage | CodedError> {
    const { eventId, file, uploaded } = photo;
    const path = uploaded === undefined ? file?.path : this.#tools.blobs.fileOf(blobKeys.original(eventId, uploaded));
    const changed = uploaded === undefined && file && !(await hasStamp(file.path, file.stamp));
    if (path === undefined || changed) return missingFile(path);
    for (let crashes = 1; ; crashes++) {
      try {
        return await engine.findFaces(path, { signal: this.#stop.signal });
      } catch (error) {
        const coded = codedError(error);
        if (this.#stop.signal.aborted || !coded) throw error;
        if (coded.code === "IMAGE_UNREADABLE") return missingFile(path);
        if (coded.code === "ENGINE_CRASHED" && crashes < mostCrashes) continue;
        if (isOfThePhoto(coded)) return coded;
        throw error;
      }
    }
  }

  /** New photos are looked at first. */
  async #makeWay(): Promise<void> {
    const { events, photos } = this.#tools.stores;
    for (const { id } of await events.list()) {
      for (let waits = true; waits && !this.#stop.signal.aborted; ) {
        const { pending, working } = await photos.unfinished(id);
        waits = pending + working > 0;
        if (waits) await sleep(pollMs);
      }
    }
  }
}

function missingFile(path: string | undefined): CodedError {
  return {
    code: "FILE_MISSING",
    message: `${path ?? "A photo"} is gone or was changed since it was indexed, so it cannot be looked at again. Connect its disk, index its folder again, or delete the photo; until then the event keeps the faces it has.`,
  };
}
