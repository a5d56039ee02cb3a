import Type from "typebox";
import { getEvent } from "../../domain/events.ts";
import { searchEvent } from "../../domain/search.ts";
import { thresholdOf } from "../../domain/threshold.ts";
import type { App, Context } from "../context.ts";
import { EventParams, problems, SearchAnswer } from "../schemas.ts";
import { receivePicture } from "../uploads.ts";
import { searchView } from "../views.ts";

export function searchRoutes(app: App, { services }: Context): void {
  const { stores } = services;

  app.post(
    "/api/events/:eventId/searches",
    {
      config: { multipart: "picture" },
      schema: {
        tags: ["Search"],
        summary: "In which photos the person of a picture is",
        description: "The picture is looked at in memory and is never stored.",
        consumes: ["multipart/form-data"],
        params: EventParams,
        querystring: Type.Object({
          threshold: Type.Optional(
            Type.Number({ minimum: 0, maximum: 1, description: "Least confidence; without, that of the event." }),
          ),
          least: Type.Optional(
            Type.Number({
              minimum: 0,
              maximum: 1,
              description: "Lists photos down to this confidence, too. The outcome stays that of the threshold.",
            }),
          ),
          faceIndex: Type.Optional(
            Type.Integer({ minimum: 0, description: "Which face of the picture, the largest first, from 0." }),
          ),
        }),
        response: { 200: SearchAnswer, ...problems(404, 413, 415, 422) },
      },
    },
    async (request) => {
      const event = await getEvent(stores, request.params.eventId);
      const { id } = event;
      const picture = await receivePicture(request);
      const answer = await services.engines.withEventEngine(id, (engine) =>
        searchEvent(stores, engine, { event: id, picture, ...request.query }),
      );
      return searchView(answer, await thresholdOf(stores, event));
    },
  );
}
