import type { TokenScope } from "../domain/access-ports.ts";

/**
 * Who may call a route: anybody at all; the organiser, signed in; the holder of an API token with that scope; a guest who
 * came by a link of the event, and gets what belongs to that event and guest alone.
 */
export type Access = "anyone" | "organiser" | "guest" | `token:${TokenScope}`;

const reading = ["organiser", "token:read"] as const;
const uploading = ["organiser", "token:upload"] as const;
const changing = ["organiser", "token:write"] as const;
const owning = ["organiser"] as const;
const guests = ["guest"] as const;
const anyone = ["anyone"] as const;

/**
 * The one table of who may do what. A route that is not here cannot be registered, and the test of the table calls every
 * one of them as every kind of caller.
 */
export const policy: Readonly<Record<string, readonly Access[]>> = {
  // The web app: pages and scripts, which are the same for everybody.
  "GET /*": anyone,
  "GET /api/health": anyone,
  "GET /api/ready": anyone,
  "GET /openapi.json": anyone,
  "GET /docs": anyone,
  "GET /docs/": anyone,
  "GET /docs/json": anyone,
  "GET /docs/yaml": anyone,
  "GET /docs/static/swagger-initializer.js": anyone,
  "GET /docs/static/*": anyone,
  "GET /docs/static/index.html": anyone,

  "GET /api/session": ["anyone", "organiser"],
  "POST /api/session": anyone,
  "DELETE /api/session": anyone,
  "POST /api/setup": anyone,
  "PUT /api/password": owning,

  "GET /api/settings": owning,
  "PATCH /api/settings": owning,
  "GET /api/settings/storage": owning,
  "PUT /api/settings/models": owning,
  "DELETE /api/settings/reindexes": owning,
  "GET /metrics": reading,
  "GET /api/tokens": owning,
  "POST /api/tokens": owning,
  "DELETE /api/tokens/:tokenId": owning,

  "GET /api/events": reading,
  "POST /api/events": changing,
  "POST /api/events/sample": changing,
  "GET /api/events/:eventId": reading,
  "PATCH /api/events/:eventId": changing,
  "DELETE /api/events/:eventId": owning,
  "GET /api/events/:eventId/progress": reading,
  "GET /api/events/:eventId/activity": reading,
  "GET /api/events/:eventId/threshold": reading,
  "GET /api/events/:eventId/storage": reading,
  "PUT /api/events/:eventId/branding/:picture": changing,
  "DELETE /api/events/:eventId/branding/:picture": changing,
  "GET /api/events/:eventId/branding/:picture": reading,
  "GET /api/events/:eventId/insights": reading,
  "GET /api/events/:eventId/insights/charts": reading,
  "POST /api/events/:eventId/exports": reading,
  "GET /api/events/:eventId/exports/:exportId": reading,

  "GET /api/events/:eventId/photos": reading,
  "POST /api/events/:eventId/photos": uploading,
  "POST /api/events/:eventId/photos/known": uploading,
  "POST /api/events/:eventId/photos/delete": changing,
  "POST /api/events/:eventId/photos/retry": changing,
  "GET /api/events/:eventId/photos/:photoId": reading,
  "DELETE /api/events/:eventId/photos/:photoId": changing,
  "GET /api/events/:eventId/photos/:photoId/faces": reading,
  "GET /api/events/:eventId/photos/:photoId/thumbnail": reading,
  "GET /api/events/:eventId/photos/:photoId/preview": reading,
  "GET /api/events/:eventId/photos/:photoId/original": reading,

  "POST /api/events/:eventId/uploads": uploading,
  "HEAD /api/events/:eventId/uploads/:uploadId": uploading,
  "PATCH /api/events/:eventId/uploads/:uploadId": uploading,
  "DELETE /api/events/:eventId/uploads/:uploadId": uploading,

  "GET /api/events/:eventId/people": reading,
  "POST /api/events/:eventId/people/merge": changing,
  "GET /api/events/:eventId/people/suggestions": reading,
  "POST /api/events/:eventId/people/keep-apart": changing,
  "GET /api/events/:eventId/people/:personId": reading,
  "PATCH /api/events/:eventId/people/:personId": changing,
  "DELETE /api/events/:eventId/people/:personId": owning,
  "PUT /api/events/:eventId/people/:personId/cover": changing,
  "POST /api/events/:eventId/people/:personId/split": changing,
  "POST /api/events/:eventId/people/:personId/ignore": changing,
  "POST /api/events/:eventId/people/:personId/not-this-person": changing,
  "GET /api/events/:eventId/people/:personId/faces": reading,

  "POST /api/events/:eventId/faces/move": changing,
  "POST /api/events/:eventId/faces/ignore": changing,
  "GET /api/events/:eventId/faces/:faceId/crop": reading,

  "GET /api/events/:eventId/actions": reading,
  "POST /api/events/:eventId/actions/:actionId/undo": changing,

  "POST /api/events/:eventId/searches": reading,

  "GET /api/events/:eventId/links": owning,
  "POST /api/events/:eventId/links": owning,
  "DELETE /api/events/:eventId/links/:linkId": owning,
  "GET /api/events/:eventId/consents": owning,

  "POST /api/guest/invitation": ["anyone", "guest"],
  "POST /api/guest/session": ["anyone", "guest"],
  "GET /api/guest": guests,
  "DELETE /api/guest": guests,
  "GET /api/guest/logo": guests,
  "POST /api/guest/consent": guests,
  "POST /api/guest/search": guests,
  "GET /api/guest/photos": guests,
  "PATCH /api/guest/photos/:photoId": guests,
  "GET /api/guest/photos/:photoId/thumbnail": guests,
  "GET /api/guest/photos/:photoId/preview": guests,
  "GET /api/guest/photos/:photoId/download": guests,
  "GET /api/guest/event-photos": guests,
  "GET /api/guest/download": guests,
};

/** HEAD is GET without the body. @throws Error when the table has no such route */
export function accessTo(method: string, url: string): readonly Access[] {
  const access = policy[`${method} ${url}`] ?? (method === "HEAD" ? policy[`GET ${url}`] : undefined);
  if (access) return access;
  throw new Error(`The route ${method} ${url} is not in the policy table (src/http/policy.ts), so nobody may call it.`);
}
