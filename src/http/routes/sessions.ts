import Type from "typebox";
import { changePassword, setUp, signIn, signOut } from "../../domain/accounts.ts";
import type { App, Context } from "../context.ts";
import { networkOf } from "../network.ts";
import { problems, Session } from "../schemas.ts";

const Password = Type.String({ minLength: 1, maxLength: 1000 });

/** First run, signing in and out. */
export function sessionRoutes(app: App, { services, cookies, version, limits }: Context): void {
  const tags = ["Session"];

  app.get(
    "/api/session",
    { schema: { tags, summary: "Who is asking, and whether Rollcall was set up", response: { 200: Session } } },
    async (request) => ({
      role: request.caller.organiser ? ("organiser" as const) : ("anonymous" as const),
      setUp: (await services.accounts.organiser()) !== undefined,
      version,
    }),
  );

  app.post(
    "/api/setup",
    {
      schema: {
        tags,
        summary: "Set the organiser's password with the code of the one-time link, and sign in",
        body: Type.Object({ code: Type.String({ maxLength: 100 }), password: Password }),
        response: { 204: Type.Null(), ...problems(409, 422, 429) },
      },
    },
    async (request, reply) => {
      limits.signIn.take(networkOf(request.ip));
      const { token, expiresAt } = await setUp(services, services.setup, request.body);
      limits.signIn.giveBack(networkOf(request.ip));
      cookies.set(request, reply, "session", token, expiresAt);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/api/session",
    {
      schema: {
        tags,
        summary: "Sign in",
        body: Type.Object({ password: Password }),
        response: { 204: Type.Null(), ...problems(429) },
      },
    },
    async (request, reply) => {
      limits.signIn.take(networkOf(request.ip));
      limits.signInOfAll.take("all");
      const { token, expiresAt } = await signIn(services, request.body.password);
      limits.signIn.giveBack(networkOf(request.ip));
      limits.signInOfAll.giveBack("all");
      cookies.set(request, reply, "session", token, expiresAt);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    "/api/session",
    { schema: { tags, summary: "Sign out", response: { 204: Type.Null() } } },
    async (request, reply) => {
      const token = cookies.session(request);
      if (token !== undefined) await signOut(services, token);
      cookies.clear(reply, "session");
      return reply.code(204).send(null);
    },
  );

  app.put(
    "/api/password",
    {
      schema: {
        tags,
        summary: "Change the password, and sign out everywhere else",
        body: Type.Object({ current: Password, next: Password }),
        response: { 204: Type.Null(), ...problems(422, 429) },
      },
    },
    async (request, reply) => {
      limits.signIn.take(networkOf(request.ip));
      const { token, expiresAt } = await changePassword(services, request.body);
      limits.signIn.giveBack(networkOf(request.ip));
      cookies.set(request, reply, "session", token, expiresAt);
      return reply.code(204).send(null);
    },
  );
}
