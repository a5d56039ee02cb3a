import { Readable } from "node:stream";
import Type from "typebox";
import { type BrandPicture, openBrandPicture, removeBrandPicture, setBrandPicture } from "../../domain/branding.ts";
import { getEvent } from "../../domain/events.ts";
import { guestOf } from "../caller.ts";
import type { App, Context } from "../context.ts";
import { eventId, fileAnswer, problems } from "../schemas.ts";
import { sendFile } from "../send-file.ts";
import { receivePicture } from "../uploads.ts";

const Params = Type.Object({
  eventId,
  picture: Type.Unsafe<BrandPicture>({
    type: "string",
    enum: ["logo", "text-mark"],
    description: "`logo`: on the page of guests, and on photos if wanted; `text-mark`: a drawn text, on photos alone.",
  }),
});

/** The name in an address changes with the picture, so that browsers keep each for good. */
const Version = Type.Object({
  v: Type.String({ maxLength: 40, description: "The picture's name, as the event has it." }),
});

/** What makes an event's pages and photos the organiser's own. */
export function brandingRoutes(app: App, { services }: Context): void {
  const tags = ["Settings"];
  const { stores, activity } = services;
  const url = "/api/events/:eventId/branding/:picture";

  app.put(
    url,
    {
      config: { multipart: "picture" },
      schema: {
        tags,
        summary: "Upload the logo, or the picture of a text: PNG, WebP or JPEG",
        consumes: ["multipart/form-data"],
        params: Params,
        response: { 200: Type.Object({ name: Type.String() }), ...problems(404, 413, 415, 422, 507) },
      },
    },
    async (request) => {
      const { eventId: id, picture } = request.params;
      const bytes = await receivePicture(request);
      const name = await setBrandPicture(services, id, picture, Readable.from([bytes]));
      activity.publish({ kind: "event", eventId: id });
      return { name };
    },
  );

  app.delete(
    url,
    {
      schema: {
        tags,
        summary: "Remove the picture; photos are not marked with it any more either",
        params: Params,
        response: { 204: Type.Null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { eventId: id, picture } = request.params;
      await removeBrandPicture(services, id, picture);
      activity.publish({ kind: "event", eventId: id });
      return reply.code(204).send(null);
    },
  );

  app.get(
    url,
    {
      schema: {
        tags,
        summary: "The picture, as PNG",
        params: Params,
        querystring: Version,
        response: { 200: fileAnswer("The picture.", "image/png"), ...problems(404) },
      },
    },
    async (request, reply) => {
      const picture = await openBrandPicture(
        services,
        await getEvent(stores, request.params.eventId),
        request.params.picture,
        request.query.v,
      );
      return sendFile(request, reply, picture, { type: "image/png", etag: picture.name });
    },
  );

  app.get(
    "/api/guest/logo",
    {
      schema: {
        tags: ["Guest"],
        summary: "The logo of the event, as PNG",
        querystring: Version,
        response: { 200: fileAnswer("The logo.", "image/png"), ...problems(404) },
      },
    },
    async (request, reply) => {
      const logo = await openBrandPicture(
        services,
        await getEvent(stores, guestOf(request).eventId),
        "logo",
        request.query.v,
      );
      return sendFile(request, reply, logo, { type: "image/png", etag: logo.name });
    },
  );
}
