import Type from "typebox";
import type { ConsentRecord, GuestLink } from "../../domain/access-ports.ts";
import { getEvent } from "../../domain/events.ts";
import { createLink, listLinks, revokeLink } from "../../domain/guests.ts";
import type { App, Context } from "../context.ts";
import { PageQuery, pageOf } from "../pagination.ts";
import { EventParams, idOf, Link, Next, nullable, problems, Time } from "../schemas.ts";
import { timeOrNull } from "../times.ts";
import { iso } from "../views.ts";

export function linkRoutes(app: App, { services, publicUrl }: Context): void {
  const tags = ["Guest links"];
  const { stores } = services;

  app.get(
    "/api/events/:eventId/links",
    {
      schema: {
        tags,
        summary: "Links for guests, the newest first",
        params: EventParams,
        querystring: PageQuery,
        response: { 200: Type.Object({ links: Type.Array(Link), next: Next }), ...problems(404) },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const { page, next } = pageOf(await listLinks(services, id), request.query, ({ id }) => id);
      return { links: page.map(linkView), next };
    },
  );

  app.post(
    "/api/events/:eventId/links",
    {
      schema: {
        tags,
        summary: "Make a link for guests; this is the only time that its address is told",
        params: EventParams,
        body: Type.Object({
          label: Type.Optional(Type.String({ maxLength: 120 })),
          pin: Type.Optional(nullable(Type.String({ pattern: "^[0-9]{4,8}$" }))),
          expiresAt: Type.Optional(nullable(Time)),
        }),
        response: {
          201: Type.Object({
            link: Link,
            url: Type.String({ description: "What guests open. The secret is after `#`, so no server logs it." }),
          }),
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { label = "Guests", pin = null, expiresAt = null } = request.body;
      const { secret, ...link } = await createLink(services, request.params.eventId, {
        label,
        pin,
        expiresAt: timeOrNull(expiresAt),
      });
      const base = publicUrl ?? `${request.protocol}://${request.host}`;
      return reply.code(201).send({ link: linkView(link), url: `${base}/g#${secret}` });
    },
  );

  app.delete(
    "/api/events/:eventId/links/:linkId",
    {
      schema: {
        tags,
        summary: "Close a link: whoever came by it sees nothing any more",
        params: Type.Object({ eventId: EventParams.properties.eventId, linkId: idOf("link") }),
        response: { 204: Type.Null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      await revokeLink(services, request.params.eventId, request.params.linkId);
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/api/events/:eventId/consents",
    {
      schema: {
        tags,
        summary: "To what guests agreed and when, the newest first; not who",
        params: EventParams,
        querystring: PageQuery,
        response: {
          200: Type.Object({
            next: Next,
            consents: Type.Array(
              Type.Object({
                id: Type.String(),
                purpose: Type.String(),
                textHash: Type.String(),
                givenAt: Time,
                withdrawnAt: nullable(Time),
              }),
            ),
          }),
          ...problems(404),
        },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const { cursor, limit = 1000 } = request.query;
      const page = await services.guests.consents(id, { limit, ...(cursor === undefined ? {} : { cursor }) });
      return { consents: page.consents.map(consentView), next: page.next ?? null };
    },
  );
}

function linkView({ id, label, hasPin, createdAt, expiresAt, revokedAt, guests, searches }: GuestLink) {
  return {
    id,
    label,
    hasPin,
    createdAt: createdAt.toISOString(),
    expiresAt: iso(expiresAt),
    revokedAt: iso(revokedAt),
    guests,
    searches,
  };
}

function consentView({ id, purpose, textHash, givenAt, withdrawnAt }: ConsentRecord) {
  return {
    id,
    purpose,
    textHash,
    givenAt: givenAt.toISOString(),
    withdrawnAt: iso(withdrawnAt),
  };
}
