import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Events whose answers are kept; their pages are what is looked at all the time. */
const mostEvents = 20;

/**
 * An answer about all faces of an event, kept until they or the decisions about them change. The database says whether
 * they have, so what other processes do is noticed too.
 */
export class Remembered<Answer> {
  readonly #answers = new Map<string, { readonly state: string; readonly answer: Answer }>();

  async get(db: Kysely<Schema>, eventId: string, compute: () => Promise<Answer>): Promise<Answer> {
    const row = await db
      .selectFrom("events")
      .select(["revision", "assigned"])
      .where("id", "=", eventId)
      .executeTakeFirst();
    if (!row) return await compute();
    const state = `${row.revision} ${row.assigned}`;
    const known = this.#answers.get(eventId);
    if (known?.state === state) return known.answer;
    const answer = await compute();
    this.#answers.delete(eventId);
    this.#answers.set(eventId, { state, answer });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > mostEvents && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }
}
