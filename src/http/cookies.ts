import type { FastifyReply, FastifyRequest } from "fastify";
import { RollcallError } from "../domain/errors.ts";

/** How cookies are set, which depends on how browsers reach the server. */
export interface CookieSettings {
  /** Where a proxy in front of the server speaks HTTPS to browsers, if there is one. */
  readonly httpsUrl: string | undefined;
  /** Somebody decided that signing in over plain HTTP is all right. */
  readonly allowPlainHttp: boolean;
}

export interface CookieJar {
  session(request: FastifyRequest): string | undefined;
  guest(request: FastifyRequest): string | undefined;
  /** @throws RollcallError HTTPS_NEEDED when the browser would throw the cookie away */
  set(request: FastifyRequest, reply: FastifyReply, which: "session" | "guest", token: string, expires: Date): void;
  clear(reply: FastifyReply, which: "session" | "guest"): void;
}

/**
 * `__Host-` cookies are bound to the host and to HTTPS. Browsers accept them from the machine itself as well, without
 * HTTPS; from any other machine they drop them without a word, so that is refused with a reason, unless plain HTTP was
 * asked for (docs/adr/0007).
 */
export function cookieJar({ httpsUrl, allowPlainHttp }: CookieSettings): CookieJar {
  const secure = httpsUrl !== undefined || !allowPlainHttp;
  const prefix = secure ? "__Host-" : "";
  const names = { session: `${prefix}rollcall`, guest: `${prefix}rollcall-guest` };
  const options = { path: "/", httpOnly: true, secure, sameSite: "lax" } as const;
  return {
    session: (request) => request.cookies[names.session],
    guest: (request) => request.cookies[names.guest],
    set(request, reply, which, token, expires) {
      if (httpsUrl !== undefined) refusePlainHttp(request, httpsUrl);
      else if (secure && !isLocal(request.hostname)) {
        throw new RollcallError(
          "HTTPS_NEEDED",
          "Signing in needs HTTPS here, because browsers keep no sign-in from other machines without it. Put a proxy with HTTPS in front and set ROLLCALL_PUBLIC_URL; for a network you trust, ROLLCALL_INSECURE_HTTP=on does without.",
        );
      }
      reply.setCookie(names[which], token, { ...options, expires });
    },
    clear(reply, which) {
      reply.clearCookie(names[which], options);
      // Pictures that were looked at are nobody's who uses this browser next.
      reply.header("clear-site-data", '"cache"');
    },
  };
}

/**
 * Somebody came past the proxy. Browsers say by what address in `Origin`; the name of the host says nothing where the proxy
 * asks for the server by another one.
 */
function refusePlainHttp({ headers }: FastifyRequest, httpsUrl: string): void {
  const origin = URL.canParse(headers.origin ?? "") ? new URL(headers.origin ?? "") : undefined;
  if (origin?.protocol !== "http:" || isLocal(origin.hostname)) return;
  throw new RollcallError(
    "HTTPS_NEEDED",
    `Signing in works at ${httpsUrl} alone, because browsers keep no sign-in without HTTPS. Open that address.`,
  );
}

function isLocal(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|[\w-]+\.localhost)$/u.test(hostname);
}
