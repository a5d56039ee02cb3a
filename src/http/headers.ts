import type { FastifyInstance } from "fastify";

/** For pages of the app: everything from here, nothing inline, in nobody's frame. */
const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** The library that draws the description of the API writes one style of its own, which is known by its hash. */
const docsPolicy = `${pagePolicy}; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='`;

/** For answers that are no pages: whatever a browser takes one for, it may do nothing. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** @param https whether browsers reach the server over HTTPS */
export function addSecurityHeaders(app: FastifyInstance, https: boolean): void {
  app.addHook("onRequest", async (request, reply) => {
    // An address can be written in many ways, which the route has not; what is no route is under that of the pages.
    const { url: route = "" } = request.routeOptions;
    reply.headers(securityHeaders(route === "/*" ? request.url : route || request.url, https));
  });
}

/** @param path what the answer is of @param https whether browsers reach the server over HTTPS */
export function securityHeaders(path: string, https: boolean): Readonly<Record<string, string>> {
  const isData = /^\/(api|metrics|openapi)/u.test(path);
  return {
    "content-security-policy": isData ? dataPolicy : /^\/docs(\/|$)/u.test(path) ? docsPolicy : pagePolicy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "x-frame-options": "DENY",
    ...(isData ? { "cache-control": "no-store" } : {}),
    ...(https ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}
