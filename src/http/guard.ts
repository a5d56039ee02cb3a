import type { FastifyInstance, FastifyRequest } from "fastify";
import { RollcallError } from "../domain/errors.ts";
import { identify, mayCall, nobody, refusal } from "./caller.ts";
import type { Context } from "./context.ts";
import { accessTo } from "./policy.ts";

/** Puts the policy before every route: one that the table does not know fails to register. */
export function guard(app: FastifyInstance, { services, cookies, publicUrl }: Context): void {
  app.decorateRequest("caller", { getter: () => nobody });
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of Array.isArray(method) ? method : [method]) accessTo(one, url);
  });
  app.addHook("onRequest", async (request) => {
    const { url } = request.routeOptions;
    if (url === undefined) return;
    const access = accessTo(request.method, url);
    refuseForeignOrigin(request, publicUrl);
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
function refuseForeignOrigin({ method, headers }: FastifyRequest, publicUrl: string | undefined): void {
  if (harmless.has(method)) return;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin" || site === "none") return;
  const { origin } = headers;
  if (site === undefined && origin === undefined) return;
  const host = origin !== undefined && URL.canParse(origin) ? new URL(origin).host : undefined;
  // The name of this site is not in the header behind a proxy that asks for the server by another one.
  if (site === undefined && host !== undefined && (host === headers.host || origin === publicUrl)) return;
  throw new RollcallError("ORIGIN_FOREIGN", "The request came from another website, so it was not done.");
}
