import Type from "typebox";
import { archiveForGuests, photoForGuest } from "../../domain/archive.ts";
import { watermarkOf } from "../../domain/branding.ts";
import { getEvent } from "../../domain/events.ts";
import { forGuest, guestPhoto, markPhoto, openPhotos, ownPhotos, photosToTake } from "../../domain/guest-photos.ts";
import { checkStillIn } from "../../domain/guests.ts";
import { guestOf } from "../caller.ts";
import type { App, Context } from "../context.ts";
import { PageQuery, pageOf } from "../pagination.ts";
import { Cursor, fileAnswer, GuestPhoto, Next, PageLimit, photoId, problems } from "../schemas.ts";
import { disposition, sendPicture } from "../send-file.ts";
import { guestPhotoView as photoView } from "../views.ts";
import { sendZip } from "../zip.ts";

const Params = Type.Object({ photoId });

/** The photos of a guest: to look at, to mark, and to take home. */
export function guestPhotoRoutes(app: App, { services }: Context): void {
  const tags = ["Guest"];
  const { stores, guests, gallery } = services;

  app.get(
    "/api/guest/photos",
    {
      schema: {
        tags,
        summary: "The photos the guest was found in, the surest first",
        querystring: PageQuery,
        response: {
          200: Type.Object({
            photos: Type.Array(GuestPhoto),
            next: Next,
            notMe: Type.Array(photoId, { description: "All that the guest said are of somebody else." }),
          }),
          ...problems(),
        },
      },
    },
    async (request) => {
      const guest = guestOf(request);
      const { photos, notMe } = await ownPhotos(services, guest);
      const { page, next } = pageOf(photos, request.query, ({ photo }) => photo.id);
      return { photos: page.map(photoView), next, notMe: [...notMe] };
    },
  );

  app.get(
    "/api/guest/event-photos",
    {
      schema: {
        tags,
        summary: "All photos of the event, when the organiser opened them to guests",
        querystring: Type.Object({ cursor: Cursor, limit: PageLimit(200, 100) }),
        response: {
          200: Type.Object({ photos: Type.Array(GuestPhoto), next: Next }),
          ...problems(),
        },
      },
    },
    async (request) => {
      const { cursor, limit = 100 } = request.query;
      const page = await openPhotos(services, guestOf(request), { limit, ...(cursor === undefined ? {} : { cursor }) });
      return { photos: page.views.map(photoView), next: page.next ?? null };
    },
  );

  app.patch(
    "/api/guest/photos/:photoId",
    {
      schema: {
        tags,
        summary: "Mark a photo: a favourite, or not the guest at all",
        params: Params,
        body: Type.Object({
          favourite: Type.Optional(Type.Boolean()),
          notMe: Type.Optional(Type.Boolean({ description: "It is somebody else: the photo is not shown any more." })),
        }),
        response: { 204: Type.Null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      await markPhoto(services, guestOf(request), request.params.photoId, request.body);
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/api/guest/photos/:photoId/download",
    {
      schema: {
        tags,
        summary: "A photo of the guest's to keep, in full size, without what the file says about place and camera",
        params: Params,
        response: { 200: fileAnswer("The photo.", "image/jpeg", "image/webp"), ...problems(404, 415, 422) },
      },
    },
    async (request, reply) => {
      const guest = guestOf(request);
      const { photo } = await guestPhoto({ stores, guests }, guest, request.params.photoId);
      const event = await getEvent(stores, guest.eventId);
      const { name, type, bytes } = await forGuest(photoForGuest(services, event, photo));
      return reply.type(type).header("content-disposition", disposition(name)).send(bytes);
    },
  );

  app.get(
    "/api/guest/download",
    {
      schema: {
        tags,
        summary: "Photos as a ZIP: those the guest was found in, the favourites, or all that the guest may see",
        querystring: Type.Object({
          which: Type.Optional(
            Type.Unsafe<"mine" | "favourites" | "all">({
              type: "string",
              enum: ["mine", "favourites", "all"],
              description: "Without, `mine`.",
            }),
          ),
        }),
        response: { 200: fileAnswer("The archive.", "application/zip"), ...problems(404) },
      },
    },
    async (request, reply) => {
      const guest = guestOf(request);
      const event = await getEvent(stores, guest.eventId);
      const photos = await photosToTake(services, guest, request.query.which ?? "mine");
      const archive = await archiveForGuests(services, event, photos, async ({ id }) => {
        await checkStillIn(services, guest);
        await guestPhoto(services, guest, id);
      });
      return sendZip(request, reply, archive, `${event.guestTitle ?? event.name}.zip`);
    },
  );

  const response = { 200: fileAnswer("The picture.", "image/webp"), ...problems(404, 415, 422) };

  app.get(
    "/api/guest/photos/:photoId/thumbnail",
    { schema: { tags, summary: "A photo of the guest's, small, as WebP without metadata", params: Params, response } },
    async (request, reply) => {
      const guest = guestOf(request);
      const { photo } = await guestPhoto({ stores, guests }, guest, request.params.photoId);
      const picture = await forGuest(gallery.picture(guest.eventId, photo.id, "thumbnail"));
      // Asked for again each time, or a browser would show it still when the guest was forgotten.
      const etag = `${photo.id}-thumbnail`;
      return sendPicture(request, reply, picture, { etag, mayChange: true });
    },
  );

  app.get(
    "/api/guest/photos/:photoId/preview",
    {
      schema: {
        tags,
        summary: "A photo of the guest's, large, as WebP without metadata, with the event's mark if it has one",
        params: Params,
        response,
      },
    },
    async (request, reply) => {
      const guest = guestOf(request);
      const { photo } = await guestPhoto({ stores, guests }, guest, request.params.photoId);
      const mark = await watermarkOf(services, await getEvent(stores, guest.eventId));
      const picture = await forGuest(
        mark
          ? gallery.markedPreview(guest.eventId, photo.id, mark)
          : gallery.picture(guest.eventId, photo.id, "preview"),
      );
      const etag = [photo.id, "preview", ...(mark ? [mark.name] : [])].join("-");
      return sendPicture(request, reply, picture, { etag, mayChange: true });
    },
  );
}
