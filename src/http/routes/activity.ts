import { PassThrough } from "node:stream";
import type { NumberedActivity } from "../../domain/activity.ts";
import { RollcallError } from "../../domain/errors.ts";
import { getEvent } from "../../domain/events.ts";
import { Turns } from "../../domain/turns.ts";
import { identify, mayCall } from "../caller.ts";
import type { App, Context } from "../context.ts";
import { networkOf } from "../network.ts";
import { accessTo } from "../policy.ts";
import { progressOf } from "../progress.ts";
import { EventParams, fileAnswer, problems } from "../schemas.ts";
import { sendNothing } from "../send-file.ts";

/** Changes that come within this time are told together. */
const gatherMs = 500;

/** Proxies take a connection for dead that is silent for a minute. */
const beatMs = 20_000;

/** Then the browser comes back by itself, and whether it still may is looked at again. */
const longestMs = 15 * 60_000;

/** Browsers open six at most; a few devices and programs together need no more than this. */
const mostStreams = 20;

export function activityRoutes(app: App, { services, cookies }: Context): void {
  const open = new Map<PassThrough, string>();
  // Before the server waits for requests to finish, which these never do.
  app.addHook("preClose", async () => {
    for (const stream of open.keys()) stream.end();
  });

  app.get(
    "/api/events/:eventId/activity",
    {
      schema: {
        tags: ["Events"],
        summary: "What happens in an event, live, as server-sent events",
        description:
          "`progress` has a Progress; `photos` has the ids of photos that changed; `people` and `event` say that these changed; `reset` says that something was missed, so that everything has to be loaded again. `Last-Event-ID` goes on where the connection broke.",
        params: EventParams,
        response: { 200: fileAnswer("The events.", "text/event-stream"), ...problems(404, 429) },
      },
    },
    async (request, reply) => {
      const { id } = await getEvent(services.stores, request.params.eventId);
      reply.type("text/event-stream").headers({ "cache-control": "no-store", "x-accel-buffering": "no" });
      if (request.method === "HEAD") return sendNothing(reply);
      const caller = request.caller.token?.id ?? networkOf(request.ip);
      if ([...open.values()].filter((one) => one === caller).length >= mostStreams) {
        throw new RollcallError(
          "TOO_MANY_STREAMS",
          `${mostStreams} pages or programs follow events live from here already, and this would be one more. Close some of them.`,
        );
      }
      // Gone before it came to this: nobody would ever close the stream.
      if (request.raw.socket.destroyed) return reply.hijack();
      const stream = new PassThrough();
      const access = accessTo("GET", request.routeOptions.url ?? "");
      const mayStill = async () => mayCall(await identify(request, services, cookies, access), access);
      const live = new LiveEvents(stream, services, id, mayStill);
      open.set(stream, caller);
      stream.once("close", () => {
        open.delete(stream);
        live.end();
      });
      reply.raw.once("close", () => stream.destroy());
      const after = request.headers["last-event-id"];
      live.start(typeof after === "string" ? after : undefined);
      return reply.send(stream);
    },
  );
}

/** One browser that watches one event. */
export class LiveEvents {
  readonly #stream: PassThrough;
  readonly #services: Context["services"];
  readonly #eventId: string;
  readonly #mayStill: () => Promise<boolean>;
  readonly #timers: NodeJS.Timeout[] = [];
  /** What happened later is told later, or its number would stand for what is still to be told. */
  readonly #turns = new Turns();
  #gathering: NodeJS.Timeout | undefined;
  #gathered: NumberedActivity[] = [];
  #stopListening: () => void = () => undefined;

  /** @param mayStill whether whoever listens may do so still: they may have signed out, or their token may be deleted */
  constructor(stream: PassThrough, services: Context["services"], eventId: string, mayStill: () => Promise<boolean>) {
    this.#stream = stream;
    this.#services = services;
    this.#eventId = eventId;
    this.#mayStill = mayStill;
  }

  start(lastEventId: string | undefined): void {
    const { activity } = this.#services;
    this.#stopListening = activity.listen((one) => this.#gather(one));
    this.#timers.push(setInterval(() => this.#stream.write(": still here\n\n"), beatMs));
    this.#timers.push(setTimeout(() => this.#stream.end(), longestMs));
    this.#stream.write("retry: 2000\n\n");
    const missed = lastEventId === undefined ? [] : this.#missedSince(lastEventId);
    if (missed === undefined) this.#write([["reset", {}]], activity.latest);
    for (const one of missed ?? []) this.#gather(one);
    this.#tell();
  }

  end(): void {
    this.#stopListening();
    clearTimeout(this.#gathering);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #missedSince(lastEventId: string): readonly NumberedActivity[] | undefined {
    const { activity } = this.#services;
    const match = /^([0-9a-z]+)-(\d{1,15})$/u.exec(lastEventId);
    return match?.[1] === activity.origin ? activity.since(Number(match[2])) : undefined;
  }

  #gather(one: NumberedActivity): void {
    if (one.activity.eventId !== this.#eventId) return;
    this.#gathered.push(one);
    this.#gathering ??= setTimeout(() => this.#tell(), gatherMs);
  }

  #tell(): void {
    void this.#turns.take("told", () => this.#flush());
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const gathered = this.#gathered;
    this.#gathered = [];
    // Of all up to here; what happens from now on is gathered for the next time.
    const number = this.#services.activity.latest;
    if (!(await this.#mayStill().catch(() => false))) {
      this.#stream.end();
      return;
    }
    const photoIds = new Set<string>();
    const kinds = new Set<string>();
    for (const { activity } of gathered) {
      kinds.add(activity.kind);
      if (activity.kind === "photos") for (const id of activity.photoIds) photoIds.add(id);
    }
    const told: Told[] = [];
    try {
      told.push(["progress", await progressOf(this.#services, this.#eventId)]);
    } catch {
      // The database is busy or closing: the next change brings the next progress.
    }
    if (kinds.has("photos")) told.push(["photos", { photoIds: [...photoIds] }]);
    if (kinds.has("people")) told.push(["people", {}]);
    if (kinds.has("event")) told.push(["event", {}]);
    this.#write(told, number);
  }

  /** Only the last one has the number: whoever got some of them gets all of them again. */
  #write(told: readonly Told[], number: number): void {
    if (this.#stream.writableEnded || this.#stream.destroyed) return;
    for (const [index, [event, data]] of told.entries()) {
      const id = index === told.length - 1 ? `id: ${this.#services.activity.origin}-${number}\n` : "";
      this.#stream.write(`${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  }
}

type Told = readonly [event: string, data: unknown];
