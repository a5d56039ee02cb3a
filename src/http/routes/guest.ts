import Type from "typebox";
import { archiveForGuests, photoForGuest } from "../../domain/archive.ts";
import { selfieConsent } from "../../domain/consent.ts";
import { codedError } from "../../domain/errors.ts";
import { getEvent } from "../../domain/events.ts";
import {
  enter,
  findGuest,
  forgetGuest,
  type GuestPhotoView,
  giveConsent,
  guestPhoto,
  guestPhotos,
  hasConsented,
  markPhoto,
  openPhotos,
  readInvitation,
} from "../../domain/guests.ts";
import { photoName } from "../../domain/photos.ts";
import { guestOf } from "../caller.ts";
import type { App, Context } from "../context.ts";
import { Cursor, fileAnswer, GuestHome, GuestPhoto, nullable, PageLimit, photoId, problems } from "../schemas.ts";
import { disposition, sendFile } from "../send-file.ts";
import { receivePicture } from "../uploads.ts";
import { sendZip } from "../zip.ts";

const Secret = Type.String({ minLength: 1, maxLength: 100, description: "What is after `#` in the link." });
const Params = Type.Object({ photoId });

/** What guests see. No address has the id of an event: it is that of the link the guest came by. */
export function guestRoutes(app: App, { services, cookies, limits }: Context): void {
  const tags = ["Guest"];
  const { stores, guests, gallery } = services;

  /** A whole party comes from one address, so only links that do not exist are held against it. */
  const knownLink = async <Result>(address: string, open: () => Promise<Result>): Promise<Result> => {
    limits.unknownLinks.take(address);
    try {
      const result = await open();
      limits.unknownLinks.giveBack(address);
      return result;
    } catch (error) {
      if (codedError(error)?.code !== "LINK_UNKNOWN") limits.unknownLinks.giveBack(address);
      throw error;
    }
  };

  app.post(
    "/api/guest/invitation",
    {
      schema: {
        tags,
        summary: "What a link leads to, before anything else",
        body: Type.Object({ secret: Secret }),
        response: {
          200: Type.Object({
            event: Type.Object({ name: Type.String(), accent: nullable(Type.String()) }),
            pinRequired: Type.Boolean(),
          }),
          ...problems(404, 410, 429),
        },
      },
    },
    async (request) => {
      const { event, pinRequired } = await knownLink(request.ip, () => readInvitation(services, request.body.secret));
      // Before the PIN, the name of the event is nobody's business.
      return { event: { name: pinRequired ? "" : event.name, accent: event.accent }, pinRequired };
    },
  );

  app.post(
    "/api/guest/session",
    {
      schema: {
        tags,
        summary: "Come in by a link, with its PIN if it has one",
        body: Type.Object({ secret: Secret, pin: Type.Optional(Type.String({ maxLength: 16 })) }),
        response: { 204: Type.Null(), ...problems(404, 410, 429) },
      },
    },
    async (request, reply) => {
      const { secret, pin } = request.body;
      limits.pins.take(secret);
      const { token, expiresAt } = await knownLink(request.ip, () => enter(services, { secret, pin }));
      limits.pins.giveBack(secret);
      cookies.set(request, reply, "guest", token, expiresAt);
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/api/guest",
    { schema: { tags, summary: "The event, and where the guest stands", response: { 200: GuestHome, ...problems() } } },
    async (request) => {
      const guest = guestOf(request);
      const event = await getEvent(stores, guest.eventId);
      const { purpose, paragraphs, hash } = selfieConsent;
      return {
        event: { name: event.name, accent: event.accent },
        searchOpen: event.guestSearch,
        view: event.guestView,
        consentGiven: await hasConsented(services, guest),
        consent: { purpose, paragraphs: [...paragraphs], hash },
        photos: (await guestPhotos(services, guest)).length,
      };
    },
  );

  app.delete(
    "/api/guest",
    {
      schema: {
        tags,
        summary: "Forget me: what was found for the guest is gone when this answers",
        response: { 204: Type.Null(), ...problems() },
      },
    },
    async (request, reply) => {
      await forgetGuest(services, guestOf(request));
      cookies.clear(reply, "guest");
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/api/guest/consent",
    {
      schema: {
        tags,
        summary: "Agree to the text whose hash this is",
        body: Type.Object({ textHash: Type.String({ pattern: "^[0-9a-f]{64}$" }) }),
        response: { 204: Type.Null(), ...problems(409) },
      },
    },
    async (request, reply) => {
      await giveConsent(services, guestOf(request), request.body.textHash);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/api/guest/search",
    {
      config: { multipart: "picture" },
      schema: {
        tags,
        summary: "Find the guest by a selfie",
        description: "The selfie is in memory alone, and gone with the answer.",
        consumes: ["multipart/form-data"],
        response: {
          200: Type.Object({
            outcome: Type.Unsafe<"found" | "not-found" | "not-good-enough">({
              type: "string",
              enum: ["found", "not-found", "not-good-enough"],
              description:
                "`not-found`: the guest is in no photo. `not-good-enough`: that cannot be told from this selfie; `reasons` say why.",
            }),
            reasons: Type.Array(Type.String()),
            photos: Type.Array(GuestPhoto),
          }),
          ...problems(413, 415, 422, 429),
        },
      },
    },
    async (request) => {
      const guest = guestOf(request);
      limits.selfiesOfGuest.take(guest.id);
      limits.selfiesOfLink.take(guest.linkId);
      const selfie = await receivePicture(request);
      const answer = await findGuest(services, guest, selfie);
      return {
        outcome: answer.outcome,
        reasons: answer.outcome === "not-good-enough" ? [...answer.reasons] : [],
        photos: answer.outcome === "found" ? (await guestPhotos(services, guest)).map(photoView) : [],
      };
    },
  );

  app.get(
    "/api/guest/photos",
    {
      schema: {
        tags,
        summary: "The photos the guest was found in, the surest first",
        response: { 200: Type.Object({ photos: Type.Array(GuestPhoto) }), ...problems() },
      },
    },
    async (request) => ({ photos: (await guestPhotos(services, guestOf(request))).map(photoView) }),
  );

  app.get(
    "/api/guest/event-photos",
    {
      schema: {
        tags,
        summary: "All photos of the event, when the organiser opened them to guests",
        querystring: Type.Object({ cursor: Cursor, limit: PageLimit(200, 100) }),
        response: {
          200: Type.Object({ photos: Type.Array(GuestPhoto), next: nullable(Type.String()) }),
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
      const { favourite, notMe } = request.body;
      await markPhoto(services, guestOf(request), request.params.photoId, {
        ...(favourite === undefined ? {} : { favourite }),
        ...(notMe === undefined ? {} : { hidden: notMe }),
      });
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
      const { name, type, bytes } = await photoForGuest(services, guest.eventId, photo);
      return reply.type(type).header("content-disposition", disposition(name)).send(bytes);
    },
  );

  app.get(
    "/api/guest/download",
    {
      schema: {
        tags,
        summary: "All photos the guest was found in, or the favourites, as a ZIP",
        querystring: Type.Object({ favourites: Type.Optional(Type.Boolean()) }),
        response: { 200: fileAnswer("The archive.", "application/zip"), ...problems() },
      },
    },
    async (request, reply) => {
      const guest = guestOf(request);
      const { name } = await getEvent(stores, guest.eventId);
      const photos = (await guestPhotos(services, guest))
        .filter(({ match }) => !request.query.favourites || match?.favourite)
        .map(({ photo }) => photo);
      return sendZip(reply, await archiveForGuests(services, guest.eventId, photos), `${name}.zip`);
    },
  );

  for (const name of ["thumbnail", "preview"] as const) {
    app.get(
      `/api/guest/photos/:photoId/${name}`,
      {
        schema: {
          tags,
          summary: "A photo of the guest's, as WebP without metadata",
          params: Params,
          response: { 200: fileAnswer("The picture.", "image/webp"), ...problems(404, 415, 422) },
        },
      },
      async (request, reply) => {
        const guest = guestOf(request);
        const { photo } = await guestPhoto({ stores, guests }, guest, request.params.photoId);
        const picture = await gallery.picture(guest.eventId, photo, name);
        return sendFile(request, reply, picture, { type: "image/webp", etag: `${photo.id}-${name}` });
      },
    );
  }
}

function photoView({ photo, match }: GuestPhotoView) {
  return {
    id: photo.id,
    name: photoName(photo),
    width: photo.width,
    height: photo.height,
    confidence: match ? Number(match.confidence.toFixed(4)) : null,
    favourite: match?.favourite ?? false,
  };
}
