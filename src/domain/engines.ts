import type { FaceEngine } from "../face/engine.ts";
import { getEvent } from "./events.ts";
import type { ModelChoice, RollcallEvent } from "./model.ts";
import type { Stores } from "./ports.ts";

/** What new events get where neither the organiser nor the environment says otherwise. */
export const defaultModels: ModelChoice = { embedder: "mobilefacenet", preset: "balanced" };

/** An engine that no event needs any more is ended after this, when whoever still used it is done. */
const keptMs = 60_000;

interface Opened {
  readonly choice: ModelChoice;
  readonly engine: Promise<FaceEngine>;
  usedAt: number;
}

/** The engines that events need, each opened when it is first asked for. Events may have been made with different models. */
export class Engines {
  readonly #stores: Pick<Stores, "events" | "settings">;
  readonly #start: (choice: ModelChoice) => Promise<FaceEngine>;
  readonly #opened = new Map<string, Opened>();
  /** What new events get until the organiser chooses something else. */
  readonly initial: ModelChoice;

  constructor(
    stores: Pick<Stores, "events" | "settings">,
    initial: ModelChoice,
    start: (choice: ModelChoice) => Promise<FaceEngine>,
  ) {
    this.#stores = stores;
    this.initial = initial;
    this.#start = start;
  }

  /** What new events get. */
  async chosen(): Promise<ModelChoice> {
    return (await this.#stores.settings.read()).models ?? this.initial;
  }

  /** What the faces that the event shows were found with. */
  async choiceOf({ models }: Pick<RollcallEvent, "models">): Promise<ModelChoice> {
    return models ?? (await this.chosen());
  }

  /** @throws RollcallError EVENT_UNKNOWN; as `open` */
  async ofEvent(eventId: string): Promise<FaceEngine> {
    return await this.open(await this.choiceOf(await getEvent(this.#stores, eventId)));
  }

  /**
   * Does what needs the engine of an event, and does it again when the event was given other models meanwhile: what was
   * compared then may have been nothing.
   */
  async withEventEngine<Result>(eventId: string, work: (engine: FaceEngine) => Promise<Result>): Promise<Result> {
    for (;;) {
      const engine = await this.ofEvent(eventId);
      const result = await work(engine);
      if ((await this.ofEvent(eventId)) === engine) return result;
    }
  }

  /** Fetches the models it needs the first time. @throws FaceError MODEL_..., PROVIDER_UNAVAILABLE, OPTION_INVALID */
  async open(choice: ModelChoice): Promise<FaceEngine> {
    const key = `${choice.embedder} ${choice.preset}`;
    const known = this.#opened.get(key);
    if (known) {
      known.usedAt = Date.now();
      return await known.engine;
    }
    const engine = this.#start(choice);
    this.#opened.set(key, { choice, engine, usedAt: Date.now() });
    try {
      return await engine;
    } catch (error) {
      this.#opened.delete(key);
      throw error;
    }
  }

  /** Ends engines that are not among these, and were not asked for lately. */
  async closeUnused(needed: readonly ModelChoice[]): Promise<void> {
    for (const [key, { choice, engine, usedAt }] of this.#opened) {
      if (Date.now() - usedAt < keptMs || needed.some((one) => sameModels(one, choice))) continue;
      this.#opened.delete(key);
      await (await engine).close();
    }
  }

  async close(): Promise<void> {
    const all = [...this.#opened.values()];
    this.#opened.clear();
    for (const { engine } of all) await (await engine.catch(() => undefined))?.close();
  }
}

export function sameModels(a: ModelChoice, b: ModelChoice): boolean {
  return a.embedder === b.embedder && a.preset === b.preset;
}
