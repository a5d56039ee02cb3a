import type { ActivityFeed } from "./activity.ts";

/** What there is to see of what other processes do. */
export interface ChangeLog {
  /** Another number whenever another process has written something. */
  foreignWrites(): Promise<number>;
  /** Of every event, texts that change with its photos and with its people. */
  states(): Promise<readonly EventSigns[]>;
}

export interface EventSigns {
  readonly eventId: string;
  readonly photos: string;
  readonly people: string;
}

/** A photo from a watched folder is there within seconds; its page shows it as soon. */
const everyMs = 1_000;

/** Tells live pages what commands beside the server did: index, watch, name. */
export class ForeignChanges {
  readonly #log: ChangeLog;
  readonly #activity: ActivityFeed;
  readonly #onFault: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #writes: number | undefined;
  #states = new Map<string, EventSigns>();

  constructor(log: ChangeLog, activity: ActivityFeed, onFault: (error: unknown) => void) {
    this.#log = log;
    this.#activity = activity;
    this.#onFault = onFault;
  }

  start(): void {
    this.#look();
    this.#timer ??= setInterval(() => this.#look(), everyMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #look(): void {
    this.#looking ??= this.#tell()
      .catch(this.#onFault)
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #tell(): Promise<void> {
    const writes = await this.#log.foreignWrites();
    if (writes === this.#writes) return;
    const states = await this.#log.states();
    const isFirst = this.#writes === undefined;
    const before = this.#states;
    this.#writes = writes;
    this.#states = new Map(states.map((state) => [state.eventId, state]));
    if (isFirst) return;
    // What this process changed meanwhile is told twice, which only costs its pages another look.
    for (const { eventId, photos, people } of states) {
      const known = before.get(eventId);
      if (known?.photos !== photos) this.#activity.publish({ kind: "photos", eventId, photoIds: [] });
      if (known?.people !== people) this.#activity.publish({ kind: "people", eventId });
    }
    for (const eventId of before.keys()) {
      if (!this.#states.has(eventId)) this.#activity.publish({ kind: "event", eventId });
    }
  }
}
