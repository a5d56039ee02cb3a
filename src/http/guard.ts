import type { FastifyInstance, FastifyRequest } from "fastify";
import { RollcallError } from "../domain/errors.ts";
import type { Services } from "../domain/services.ts";
import { identify, mayCall, nobody, refusal } from "./caller.ts";
import type { CookieJar } from "./cookies.ts";
import { accessTo } from "./policy.ts";

/** Puts the policy before every route: one that the table does not know fails to register. */
export function guard(app: FastifyInstance, services: Services, cookies: CookieJar): void {
  app.decorateRequest("caller", { getter: () => nobody });
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of Array.isArray(method) ? method : [method]) accessTo(one, url);
  });
  app.addHook("onRequest", async (request) => {
    const { url } = request.routeOptions;
    if (url === undefined) return;
    const access = accessTo(request.method, url);
    refuseForeignOrigin(request);
    const caller = await identify(request, services, cookies, access);
    Object.defineProperty(request, "caller", { value: caller });
    if (!mayCall(caller, access)) throw refusal(caller, access);
  });
}

const harmless = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A page of another website can make a browser send requests here, with this site's cookies. Browsers say where such a
 * request comes from; programs that are no browsers send neither header, and no cookies that they were not given.
 */
function refuseForeignOrigin({ method, headers }: FastifyRequest): void {
  if (harmless.has(method)) return;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin" || site === "none") return;
  const { origin } = headers;
  if (site === undefined && origin === undefined) return;
  const host = origin !== undefined && URL.canParse(origin) ? new URL(origin).host : undefined;
  if (site === undefined && host !== undefined && host === headers.host) return;
  throw new RollcallError("ORIGIN_FOREIGN", "The request came from another website, so it was not done.");
}
