import { setTimeout as sleep } from "node:timers/promises";
import type { ActivityFeed } from "../domain/activity.ts";
import { type GroupFaces, groupEvent } from "../domain/grouping.ts";
import type { Stores } from "../domain/ports.ts";

/** A page that shows people live need not be quicker than this. */
const leastPauseMs = 1_500;

/** While photos come in, grouping gets at most a third of the time that passes. */
const pausePerWork = 2;

interface GrouperTools {
  readonly stores: Stores;
  readonly groupFaces: GroupFaces;
  readonly activity: ActivityFeed;
  readonly onFault: (error: unknown) => void;
  readonly signal: AbortSignal;
}

interface Pipeline {
  readonly pipelineId: string;
  readonly embedder: string;
}

/** Groups events again when their faces change: at most one at a time, and not all the time. */
export class EventGrouper {
  readonly #tools: GrouperTools;
  readonly #wanted = new Set<string>();
  #pipeline: Pipeline | undefined;
  #working: Promise<void> | undefined;

  constructor(tools: GrouperTools) {
    this.#tools = tools;
  }

  /** Nothing is grouped before it is known whose faces to compare. */
  use(pipeline: Pipeline): void {
    this.#pipeline = pipeline;
    this.#go();
  }

  request(eventId: string): void {
    this.#wanted.add(eventId);
    this.#go();
  }

  get hasRequests(): boolean {
    return this.#wanted.size > 0;
  }

  async idle(): Promise<void> {
    await this.#working;
  }

  #go(): void {
    if (!this.#pipeline || this.#tools.signal.aborted) return;
    this.#working ??= this.#work(this.#pipeline).finally(() => {
      this.#working = undefined;
      // Asked for between the last look and the end.
      if (this.#wanted.size > 0) this.#go();
    });
  }

  async #work(pipeline: Pipeline): Promise<void> {
    const { stores, groupFaces, activity, onFault, signal } = this.#tools;
    for (let eventId = this.#take(); eventId !== undefined && !signal.aborted; eventId = this.#take()) {
      const started = performance.now();
      let unfinished = false;
      try {
        const { pending, working } = await stores.photos.unfinished(eventId);
        unfinished = pending + working > 0;
        await groupEvent(stores, groupFaces, eventId, { ...pipeline, signal, whileGrowing: unfinished });
        activity.publish({ kind: "people", eventId });
      } catch (error) {
        if (!signal.aborted) onFault(error);
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
