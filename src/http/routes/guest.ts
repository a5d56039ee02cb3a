import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { selfieConsent } from "../../domain/consent.ts";
import { codedError } from "../../domain/errors.ts";
import { getEvent } from "../../domain/events.ts";
import { ownPhotos } from "../../domain/guest-photos.ts";
import {
  allowSelfie,
  enter,
  findGuest,
  forgetGuest,
  giveConsent,
  hasConsented,
  readInvitation,
} from "../../domain/guests.ts";
import { photosPending } from "../../domain/photos.ts";
import { guestOf } from "../caller.ts";
import type { App, Context } from "../context.ts";
import { networkOf } from "../network.ts";
import { Room } from "../room.ts";
import { GuestHome, GuestPhoto, nullable, problems } from "../schemas.ts";
import { receivePicture } from "../uploads.ts";
import { guestPhotoView } from "../views.ts";

/**
 * More than phones make, and no more, because it is in memory and many guests search at once. Those that wait are not read
 * meanwhile; the time is for somebody with a poor network, and keeps nobody else waiting for somebody who sends nothing.
 */
const selfieLimits = { mostBytes: 25e6, withinMs: 2 * 60_000 } as const;

/** For all selfies that arrive or are looked at: eight of the largest, hundreds of what the guests' page sends. */
const selfieMemory = 8 * selfieLimits.mostBytes;

const Secret = Type.String({ minLength: 1, maxLength: 100, description: "What is after `#` in the link." });

/** What guests see. No address has the id of an event: it is that of the link the guest came by. */
export function guestRoutes(app: App, { services, cookies, limits }: Context): void {
  const tags = ["Guest"];
  const { stores } = services;
  const memory = new Room(selfieMemory);

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
            entered: Type.Boolean({ description: "The caller came in by this very link, and is in still." }),
          }),
          ...problems(404, 410, 429),
        },
      },
    },
    async (request) => {
      const { event, linkId, pinRequired } = await knownLink(networkOf(request.ip), () =>
        readInvitation(services, request.body.secret),
      );
      const entered = request.caller.guest?.linkId === linkId;
      // Before the PIN, the name of the event is nobody's business.
      const name = pinRequired && !entered ? "" : (event.guestTitle ?? event.name);
      return { event: { name, accent: event.accent }, pinRequired, entered };
    },
  );

  app.post(
    "/api/guest/session",
    {
      schema: {
        tags,
        summary: "Come in by a link, with its PIN if it has one",
        description: "A browser is one guest at a time: what was found by another link is forgotten.",
        body: Type.Object({ secret: Secret, pin: Type.Optional(Type.String({ maxLength: 16 })) }),
        response: { 204: Type.Null(), ...problems(404, 410, 429) },
      },
    },
    async (request, reply) => {
      const { secret, pin } = request.body;
      const { token, expiresAt } = await knownLink(networkOf(request.ip), () =>
        enter(services, { secret, pin, before: request.caller.guest }),
      );
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
      const { photos, notMe } = await ownPhotos(services, guest);
      return {
        event: { name: event.guestTitle ?? event.name, accent: event.accent, logo: event.logo },
        searchOpen: event.guestSearch,
        view: event.guestView,
        consentGiven: await hasConsented(services, guest),
        consent: { purpose, paragraphs: [...paragraphs], hash },
        photos: photos.length,
        notMe: notMe.length,
        photosPending: await photosPending(stores, event.id),
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
            photosPending: Type.Integer({
              minimum: 0,
              description: "Photos not looked at yet: the guest may be in them, whatever the outcome.",
            }),
          }),
          ...problems(413, 415, 422, 429),
        },
      },
    },
    async (request) => {
      const guest = guestOf(request);
      await allowSelfie(services, guest);
      const answer = await memory.take(mostBytesOf(request), async () =>
        findGuest(services, guest, await receivePicture(request, selfieLimits)),
      );
      return {
        outcome: answer.outcome,
        reasons: answer.outcome === "not-good-enough" ? [...answer.reasons] : [],
        photos: answer.outcome === "found" ? (await ownPhotos(services, guest)).photos.map(guestPhotoView) : [],
        photosPending: answer.photosPending,
      };
    },
  );
}

/** What of a selfie will be in memory at most. */
function mostBytesOf({ headers }: FastifyRequest): number {
  return Math.min(Number(headers["content-length"] ?? Number.POSITIVE_INFINITY), selfieLimits.mostBytes);
}
