import type { FastifyRequest } from "fastify";
import type { ApiToken, Guest } from "../domain/access-ports.ts";
import { isSignedIn, useToken } from "../domain/accounts.ts";
import { RollcallError } from "../domain/errors.ts";
import { recogniseGuest } from "../domain/guests.ts";
import type { Services } from "../domain/services.ts";
import type { CookieJar } from "./cookies.ts";
import type { Access } from "./policy.ts";

/** Who sent a request. One browser can be the organiser's and a guest's at the same time. */
export interface Caller {
  readonly organiser: boolean;
  readonly token: ApiToken | undefined;
  readonly guest: Guest | undefined;
}

export const nobody: Caller = { organiser: false, token: undefined, guest: undefined };

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller;
  }
}

/** Looks at no more than the route could let in. A token that is not valid is nobody's, also beside a valid cookie. */
export async function identify(
  request: FastifyRequest,
  services: Services,
  cookies: CookieJar,
  access: readonly Access[],
): Promise<Caller> {
  const bearer = /^Bearer +(\S+)$/iu.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return { ...nobody, token: await useToken(services, bearer) };
  const session = cookies.session(request);
  const guestSession = cookies.guest(request);
  const organiser = access.includes("organiser") && session !== undefined && (await isSignedIn(services, session));
  const guest =
    access.includes("guest") && guestSession !== undefined ? await recogniseGuest(services, guestSession) : undefined;
  return { organiser, token: undefined, guest };
}

export function mayCall({ organiser, token, guest }: Caller, access: readonly Access[]): boolean {
  return access.some((kind) => {
    switch (kind) {
      case "anyone":
        return true;
      case "organiser":
        return organiser;
      case "guest":
        return guest !== undefined;
      default:
        return token?.scopes.some((scope) => kind === `token:${scope}`) ?? false;
    }
  });
}

/** Why the caller may not call the route. */
export function refusal({ organiser, token, guest }: Caller, access: readonly Access[]): RollcallError {
  if (!organiser && !token && !guest) {
    const how = access.includes("guest") ? "Open the link you were sent" : "Sign in first, or send an API token";
    return new RollcallError("NOT_SIGNED_IN", `${how}.`);
  }
  const needed = access.flatMap((kind) => (kind.startsWith("token:") ? kind.slice("token:".length) : []));
  const hint = token && needed.length > 0 ? ` The token would need the scope "${needed.join('" or "')}".` : "";
  return new RollcallError("NOT_ALLOWED", `You are not allowed to do this.${hint}`);
}

/** @throws RollcallError NOT_SIGNED_IN, which the policy rules out for the routes of guests */
export function guestOf(request: FastifyRequest): Guest {
  if (request.caller.guest) return request.caller.guest;
  throw new RollcallError("NOT_SIGNED_IN", "Open the link you were sent.");
}
