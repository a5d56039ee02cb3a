import Type from "typebox";
import { coverOf } from "../../domain/covers.ts";
import { createEvent, getEvent, sizeOf, updateEvent } from "../../domain/events.ts";
import { eraseEvent } from "../../domain/expiry.ts";
import { insights } from "../../domain/insights.ts";
import type { RollcallEvent } from "../../domain/model.ts";
import { addSampleEvent } from "../../domain/sample-event.ts";
import { previewThreshold, thresholdOf } from "../../domain/threshold.ts";
import type { App, Context } from "../context.ts";
import { PageQuery, pageOf } from "../pagination.ts";
import { progressOf } from "../progress.ts";
import {
  Charts,
  Event,
  EventParams,
  Insights,
  Next,
  nullable,
  Progress,
  photoId,
  problems,
  ThresholdPreview,
  Time,
  Watermark,
} from "../schemas.ts";
import { timeOrNull } from "../times.ts";
import { eventView, personView } from "../views.ts";

/** As many as a matrix of some thirty people can show. */
const mostPairs = 500;

const Name = Type.String({ minLength: 1, maxLength: 200 });

export function eventRoutes(app: App, { services }: Context): void {
  const tags = ["Events"];
  const { stores, activity, queue } = services;

  const view = async (event: RollcallEvent) => {
    const size = await sizeOf(stores, event.id);
    return eventView({ ...event, ...size }, await coverOf(stores, event));
  };

  app.get(
    "/api/events",
    {
      schema: {
        tags,
        summary: "All events, by name",
        querystring: PageQuery,
        response: { 200: Type.Object({ events: Type.Array(Event), next: Next }), ...problems() },
      },
    },
    async (request) => {
      const { page, next } = pageOf(await stores.events.list(), request.query, ({ id }) => id);
      return { events: await Promise.all(page.map(view)), next };
    },
  );

  app.post(
    "/api/events",
    {
      schema: {
        tags,
        summary: "Make an event",
        body: Type.Object({ name: Name }),
        response: { 201: Event, ...problems(409, 422) },
      },
    },
    async (request, reply) => {
      const event = await createEvent(stores, request.body.name);
      activity.publish({ kind: "event", eventId: event.id });
      return reply.code(201).send(await view(event));
    },
  );

  app.post(
    "/api/events/sample",
    {
      schema: {
        tags,
        summary: "Make the sample event, of six party photos that are fetched the first time",
        response: { 201: Event, ...problems(503) },
      },
    },
    async (_request, reply) => {
      const event = await addSampleEvent(services);
      activity.publish({ kind: "event", eventId: event.id });
      queue.wake();
      return reply.code(201).send(await view(event));
    },
  );

  app.get(
    "/api/events/:eventId",
    { schema: { tags, summary: "An event", params: EventParams, response: { 200: Event, ...problems(404) } } },
    async (request) => await view(await getEvent(stores, request.params.eventId)),
  );

  app.patch(
    "/api/events/:eventId",
    {
      schema: {
        tags,
        summary:
          "Change an event: its name, cover, expiry, threshold, and what guests may do and see; what is left out stays",
        params: EventParams,
        body: Type.Object({
          name: Type.Optional(Name),
          expiresAt: Type.Optional(nullable(Time)),
          guestSearch: Type.Optional(Type.Boolean()),
          guestView: Type.Optional(Type.Unsafe<"matches" | "all">({ type: "string", enum: ["matches", "all"] })),
          accent: Type.Optional(nullable(Type.String({ pattern: "^#[0-9a-f]{6}$" }))),
          guestTitle: Type.Optional(nullable(Name)),
          watermark: Type.Optional(Watermark),
          threshold: Type.Optional(nullable(Type.Number({ minimum: 0, maximum: 1 }))),
          coverPhotoId: Type.Optional(nullable(photoId)),
        }),
        response: { 200: Event, ...problems(404, 409, 422) },
      },
    },
    async (request) => {
      const { expiresAt, ...change } = request.body;
      const event = await updateEvent(services, request.params.eventId, {
        ...change,
        ...(expiresAt === undefined ? {} : { expiresAt: timeOrNull(expiresAt) }),
      });
      activity.publish({ kind: "event", eventId: event.id });
      return await view(event);
    },
  );

  app.delete(
    "/api/events/:eventId",
    {
      schema: {
        tags,
        summary: "Erase an event with everything in it",
        params: EventParams,
        response: {
          200: Type.Object({ photos: Type.Integer(), faces: Type.Integer(), people: Type.Integer() }),
          ...problems(404),
        },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const { photos, faces, people } = await eraseEvent(services, id);
      activity.publish({ kind: "event", eventId: id });
      return { photos, faces, people };
    },
  );

  app.get(
    "/api/events/:eventId/progress",
    {
      schema: {
        tags,
        summary: "How far the work on its photos is",
        params: EventParams,
        response: { 200: Progress, ...problems(404) },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      return await progressOf(services, id);
    },
  );

  app.get(
    "/api/events/:eventId/threshold",
    {
      schema: {
        tags: ["Settings"],
        summary: "What other thresholds would let in and keep out, tried on the faces of the event",
        params: EventParams,
        response: { 200: ThresholdPreview, ...problems(404, 503) },
      },
    },
    async (request) => {
      const event = await getEvent(stores, request.params.eventId);
      const preview = await previewThreshold(stores, event.id, await services.engines.ofEvent(event.id));
      const { guests, own, others, people, photos } = preview;
      return {
        threshold: await thresholdOf(stores, event),
        serverThreshold: (await stores.settings.read()).threshold,
        guests: [...guests],
        people,
        photos,
        own: [...own],
        others: [...others],
      };
    },
  );

  app.get(
    "/api/events/:eventId/insights",
    {
      schema: {
        tags,
        summary: "What can be told of an event",
        params: EventParams,
        response: { 200: Insights, ...problems(404) },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const { mostPhotographed, retrievalMs, ...counts } = await insights(stores, id);
      return { ...counts, mostPhotographed: mostPhotographed.map(personView), retrievalMs: retrievalMs ?? null };
    },
  );

  app.get(
    "/api/events/:eventId/insights/charts",
    {
      schema: {
        tags,
        summary: "Counts of an event, for charts",
        params: EventParams,
        response: { 200: Charts, ...problems(404) },
      },
    },
    async (request) => {
      const event = await getEvent(stores, request.params.eventId);
      const { id } = event;
      const { charts } = stores;
      return {
        photosOverTime: (await charts.photosOverTime(id)).map(({ at, photos }) => ({ at: at.toISOString(), photos })),
        ingestSpeed: (await charts.ingestSpeed(id)).map(({ at, photos }) => ({ at: at.toISOString(), photos })),
        together: (await charts.together(id, mostPairs)).map(({ people, photos }) => ({ people: [...people], photos })),
        photosPerPerson: [...(await charts.photosPerPerson(id))],
        faceQualities: [...(await charts.faceQualities(id, 10))],
        matchConfidences: [...(await charts.matchConfidences(id, 20, await thresholdOf(stores, event)))],
      };
    },
  );
}
