import Type from "typebox";
import type { App, Context } from "../context.ts";
import { eventId, problems } from "../schemas.ts";

export function settingRoutes(app: App, { services, version, publicUrl }: Context): void {
  app.get(
    "/api/settings",
    {
      schema: {
        tags: ["Settings"],
        summary: "How this Rollcall is set up, and what it keeps",
        response: {
          200: Type.Object({
            version: Type.String(),
            publicUrl: Type.Union([Type.String(), Type.Null()]),
            models: Type.Object({ embedder: Type.String(), pipelineId: Type.String() }),
            limits: Type.Object({ photoBytes: Type.Integer(), eventBytes: Type.Integer() }),
            threshold: Type.Number({
              description: "Least confidence at which a match counts, where an event has none.",
            }),
            storage: Type.Array(
              Type.Object({
                eventId,
                name: Type.String(),
                uploadedBytes: Type.Integer({ description: "Of the photos that were uploaded." }),
              }),
            ),
          }),
          ...problems(503),
        },
      },
    },
    async () => {
      const { stores, limits } = services;
      const { embedder, pipelineId } = await services.engine();
      const storage = [];
      for (const { id, name } of await stores.events.list()) {
        storage.push({ eventId: id, name, uploadedBytes: await stores.photos.uploadedBytes(id) });
      }
      return {
        version,
        publicUrl: publicUrl ?? null,
        models: { embedder, pipelineId },
        limits: { photoBytes: limits.mostBytes, eventBytes: limits.eventBytes },
        threshold: (await stores.settings.read()).threshold,
        storage,
      };
    },
  );

  app.patch(
    "/api/settings",
    {
      schema: {
        tags: ["Settings"],
        summary: "Change what holds for all events; what is left out stays",
        body: Type.Object({ threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })) }),
        response: { 204: Type.Null(), ...problems() },
      },
    },
    async (request, reply) => {
      await services.stores.settings.update(request.body);
      return reply.code(204).send(null);
    },
  );
}
