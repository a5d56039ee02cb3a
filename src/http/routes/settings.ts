import Type, { type Static } from "typebox";
import { codedError } from "../../domain/errors.ts";
import { getEvent } from "../../domain/events.ts";
import { chooseModels, reindexProgress, stopReindexing } from "../../domain/reindex.ts";
import { storageOf } from "../../domain/storage-used.ts";
import { confidenceBasis } from "../../face/calibration.ts";
import type { ModelStatus } from "../../face/models/inventory.ts";
import type { App, Context } from "../context.ts";
import { reasonOf } from "../progress.ts";
import { AllStorage, EventParams, ModelChoice, problems, Settings, Storage } from "../schemas.ts";
import { iso } from "../views.ts";

export function settingRoutes(app: App, { services, version, publicUrl }: Context): void {
  const tags = ["Settings"];
  const { stores, engines, limits, blobs, reindexer } = services;

  const modelsView = async (names: ReadonlyMap<string, string>) => {
    const chosen = await engines.chosen();
    const all = await services.models();
    const [detector] = all.filter(({ entry }) => entry.task === "detection");
    const { pipelineId, error } = await tryOut(chosen);
    const reindexes = await reindexProgress(services);
    return {
      chosen,
      pipelineId,
      error,
      detector: modelView(detector),
      embedders: all.filter(({ entry }) => entry.task === "embedding").map(modelView),
      reindexes: reindexes.map(({ eventId, models, startedAt, done, total }) => ({
        eventId,
        eventName: names.get(eventId) ?? "",
        models,
        startedAt: startedAt.toISOString(),
        done,
        total,
      })),
      stalled: reindexer.fault === undefined || reindexes.length === 0 ? null : reasonOf(reindexer.fault),
    };
  };

  /** A model that cannot be fetched now shall not keep anybody from choosing another one. */
  const tryOut = async (choice: Static<typeof ModelChoice>) => {
    try {
      return { pipelineId: (await engines.open(choice)).pipelineId, error: null };
    } catch (error) {
      const coded = codedError(error);
      if (!coded) throw error;
      return { pipelineId: null, error: coded };
    }
  };

  app.get(
    "/api/settings",
    {
      schema: {
        tags,
        summary: "How this Rollcall is set up",
        response: { 200: Settings, ...problems() },
      },
    },
    async () => {
      const events = await stores.events.list();
      const described = await Promise.all(
        events.map(async (event) => ({
          id: event.id,
          name: event.name,
          expiresAt: iso(event.expiresAt),
          models: await engines.choiceOf(event),
        })),
      );
      return {
        version,
        publicUrl: publicUrl ?? null,
        threshold: (await stores.settings.read()).threshold,
        models: await modelsView(new Map(events.map(({ id, name }) => [id, name]))),
        limits: { photoBytes: limits.mostBytes, eventBytes: limits.eventBytes },
        events: described,
      };
    },
  );

  app.get(
    "/api/settings/storage",
    {
      schema: {
        tags,
        summary: "What this Rollcall takes on the disk",
        description: "Looks at every file, which takes a while where there are many.",
        response: { 200: AllStorage, ...problems() },
      },
    },
    async () => {
      const events = [];
      for (const { id } of await stores.events.list()) {
        events.push({ eventId: id, ...(await storageOf({ stores, blobs }, id)) });
      }
      return { databaseBytes: await services.databaseBytes(), events };
    },
  );

  app.patch(
    "/api/settings",
    {
      schema: {
        tags,
        summary: "Change what holds for all events; what is left out stays",
        body: Type.Object({ threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })) }),
        response: { 204: Type.Null(), ...problems() },
      },
    },
    async (request, reply) => {
      await stores.settings.update(request.body);
      return reply.code(204).send(null);
    },
  );

  app.put(
    "/api/settings/models",
    {
      schema: {
        tags,
        summary: "Look for faces, and compare them, with other models",
        description:
          "Photos are looked at again beside the faces there are. Everybody goes on with those until every photo of an event was looked at; then it has the new ones, with the same names, corrections and erasures. A model that is not there is fetched first.",
        body: ModelChoice,
        response: { 204: Type.Null(), ...problems(404, 422, 503) },
      },
    },
    async (request, reply) => {
      await chooseModels(services, request.body);
      reindexer.wake();
      return reply.code(204).send(null);
    },
  );

  app.delete(
    "/api/settings/reindexes",
    {
      schema: {
        tags,
        summary: "Give up looking at photos again: events keep the faces they show",
        response: { 204: Type.Null(), ...problems() },
      },
    },
    async (_request, reply) => {
      await stopReindexing(services);
      reindexer.wake();
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/api/events/:eventId/storage",
    {
      schema: {
        tags,
        summary: "What an event takes on the disk",
        params: EventParams,
        response: { 200: Storage, ...problems(404) },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      return await storageOf({ stores, blobs }, id);
    },
  );
}

function modelView(status: ModelStatus | undefined) {
  const entry = status?.entry;
  const published = entry?.sources.reduce((sum, { bytes = 0 }) => sum + bytes, 0) ?? 0;
  return {
    name: entry?.name ?? "",
    title: entry?.title ?? "",
    licence: entry?.licence ?? "",
    provenance: entry?.provenance ?? "",
    ready: status?.ready ?? false,
    imported: status?.imported ?? false,
    bytes: status?.ready ? status.bytes : published,
    dimension: entry?.embedder?.dimension ?? null,
    confidence: (entry && confidenceBasis(entry.name)) ?? null,
  };
}
