import { setTimeout as sleep } from "node:timers/promises";
import type { ActivityFeed } from "../domain/activity.ts";
import { type BlobStore, blobKeys } from "../domain/blobs.ts";
import type { Engines } from "../domain/engines.ts";
import type { Gallery } from "../domain/gallery.ts";
import type { GroupFaces } from "../domain/grouping.ts";
import type { ClaimedPhoto, Stores } from "../domain/ports.ts";
import { EventGrouper } from "./event-grouper.ts";
import { LeaseHolder } from "./lease-holder.ts";
import { Nap } from "./nap.ts";
import { Rate } from "./rate.ts";
import { type WorkTally, workThroughQueue } from "./work.ts";

/** How often to look for photos that another process added; those of this one are announced. */
const idleMs = 2_000;

/** After a fault that is not the photos', such as a full disk, work is tried again this often. */
const retryMs = 10_000;

export interface QueueTools {
  readonly stores: Stores;
  readonly blobs: BlobStore;
  readonly gallery: Gallery;
  readonly engines: Engines;
  readonly groupFaces: GroupFaces;
  readonly activity: ActivityFeed;
  /** Told of faults that are not the photos'. */
  readonly onFault: (error: unknown) => void;
}

/** What the queue is doing, for those who wonder. */
export interface QueueState {
  readonly photosPerSecond: number;
  /** Why nothing goes on; undefined when all is well. */
  readonly fault: unknown;
}

/** Finds the faces in whatever comes into the queue, of all events, for as long as the server runs. */
export class QueueRunner {
  readonly #tools: QueueTools;
  readonly #stop = new AbortController();
  readonly #grouper: EventGrouper;
  readonly #tally: WorkTally = { done: 0, failed: 0, faces: 0, changing: [] };
  readonly #rate = new Rate();
  #running: Promise<void> | undefined;
  readonly #nap = new Nap();
  #fault: unknown;

  constructor(tools: QueueTools) {
    this.#tools = tools;
    const engineOf = (eventId: string) => tools.engines.ofEvent(eventId);
    this.#grouper = new EventGrouper({ ...tools, engineOf, signal: this.#stop.signal });
  }

  get state(): QueueState {
    this.#rate.add(performance.now(), this.#tally.done + this.#tally.failed);
    return { photosPerSecond: this.#rate.perSecond(), fault: this.#fault };
  }

  start(): void {
    this.#running ??= this.#runOn();
  }

  /** Photos of the event were added to the queue. */
  wake(): void {
    this.#nap.wake();
  }

  /** Faces of the event were decided about, or went away. */
  regroup(eventId: string): void {
    this.#grouper.request(eventId);
    this.#nap.wake();
  }

  /** Lets go of the photos under way; they stay in the queue. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#grouper.idle();
  }

  async #runOn(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#run();
      } catch (error) {
        if (signal.aborted) return;
        this.#fault = error;
        this.#tools.onFault(error);
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #run(): Promise<void> {
    const { stores, blobs, engines } = this.#tools;
    const { signal } = this.#stop;
    await this.#waitForWork();
    if (signal.aborted) return;
    const { workers } = await engines.open(await engines.chosen());
    for (const { id } of await stores.events.list()) this.#grouper.request(id);
    const holder = new LeaseHolder(stores.photos);
    try {
      await holder.releaseOfTheDead();
      this.#fault = undefined;
      await workThroughQueue({
        photos: stores.photos,
        engineOf: (eventId) => engines.ofEvent(eventId),
        workers,
        holder,
        isFilling: () => !signal.aborted,
        tally: this.#tally,
        onProgress: (photo) => this.#onDone(photo),
        fileOfUpload: ({ eventId }, sha256) => blobs.fileOf(blobKeys.original(eventId, sha256)),
        wait: () => this.#nap.sleep(idleMs, signal),
        signal,
      });
    } finally {
      await holder.end();
    }
  }

  /** The engine takes seconds and memory to start, so it is not before there is something to do. */
  async #waitForWork(): Promise<void> {
    const { stores } = this.#tools;
    while (!this.#stop.signal.aborted) {
      for (const { id } of await stores.events.list()) if (await hasWork(stores, id)) return;
      await this.#nap.sleep(idleMs, this.#stop.signal);
    }
  }

  #onDone({ eventId, photoId }: ClaimedPhoto): void {
    const { activity, stores, gallery } = this.#tools;
    activity.publish({ kind: "photos", eventId, photoIds: [photoId] });
    this.#grouper.request(eventId);
    void stores.photos
      .records(eventId, [photoId])
      .then(async ([photo]) => {
        if (photo?.status === "done" && !this.#stop.signal.aborted) await gallery.prepare(eventId, photo.id);
      })
      // A picture that could not be made now is made when somebody asks, who is then told why not.
      .catch(() => undefined);
  }
}

/** Photos to look at, or faces that were not grouped before the last process ended. */
async function hasWork({ photos, faces }: Stores, eventId: string): Promise<boolean> {
  const { pending, working } = await photos.unfinished(eventId);
  if (pending + working > 0) return true;
  return (await faces.grouping(eventId)) === undefined && (await faces.counts(eventId)).faces > 0;
}
