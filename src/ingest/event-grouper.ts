import { setTimeout as sleep } from "node:timers/promises";
import type { ActivityFeed } from "../domain/activity.ts";
import { codedError } from "../domain/errors.ts";
import { type GroupFaces, groupEvent } from "../domain/grouping.ts";
import type { Stores } from "../domain/ports.ts";
import type { FaceEngine } from "../face/engine.ts";

/** A page that shows people live need not be quicker than this. */
const leastPauseMs = 1_500;

/** What went wrong, such as a disk that is full, may have passed by then. */
const retryMs = 10_000;

/** While photos come in, grouping gets at most a third of the time that passes. */
const pausePerWork = 2;

interface GrouperTools {
  readonly stores: Stores;
  readonly groupFaces: GroupFaces;
  readonly activity: ActivityFeed;
  /** What found the faces of an event, and so which of them can be compared. */
  readonly engineOf: (eventId: string) => Promise<Pick<FaceEngine, "pipelineId" | "embedder">>;
  readonly onFault: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Groups events again when their faces change: at most one at a time, and not all the time. */
export class EventGrouper {
  readonly #tools: GrouperTools;
  readonly #wanted = new Set<string>();
  #working: Promise<void> | undefined;

  constructor(tools: GrouperTools) {
    this.#tools = tools;
  }

  request(eventId: string): void {
    this.#wanted.add(eventId);
    this.#go();
  }

  async idle(): Promise<void> {
    await this.#working;
  }

  #go(): void {
    if (this.#tools.signal.aborted) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      // Asked for between the last look and the end.
      if (this.#wanted.size > 0) this.#go();
    });
  }

  async #work(): Promise<void> {
    const { stores, groupFaces, activity, engineOf, onFault, signal } = this.#tools;
    for (let eventId = this.#take(); eventId !== undefined && !signal.aborted; eventId = this.#take()) {
      const started = performance.now();
      let unfinished = false;
      try {
        const { pending, working } = await stores.photos.unfinished(eventId);
        unfinished = pending + working > 0;
        const { pipelineId, embedder } = await engineOf(eventId);
        await groupEvent(stores, groupFaces, eventId, { pipelineId, embedder, signal, whileGrowing: unfinished });
        activity.publish({ kind: "people", eventId });
      } catch (error) {
        const erased = codedError(error)?.code === "EVENT_UNKNOWN";
        if (signal.aborted || erased) continue;
        onFault(error);
        setTimeout(
          () => this.request(eventId),
          Math.max(retryMs, pausePerWork * (performance.now() - started)),
        ).unref();
      }
      const pauseMs = unfinished ? Math.max(leastPauseMs, (performance.now() - started) * pausePerWork) : 0;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #take(): string | undefined {
    const [first] = this.#wanted;
    if (first !== undefined) this.#wanted.delete(first);
    return first;
  }
}
