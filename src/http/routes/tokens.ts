import Type from "typebox";
import { type ApiToken, type TokenScope, tokenScopes } from "../../domain/access-ports.ts";
import { createToken, revokeToken } from "../../domain/accounts.ts";
import type { App, Context } from "../context.ts";
import { PageQuery, pageOf } from "../pagination.ts";
import { idOf, Next, nullable, problems, Time, Token } from "../schemas.ts";
import { timeOrNull } from "../times.ts";
import { iso } from "../views.ts";

const Scope = Type.Unsafe<TokenScope>({
  type: "string",
  enum: [...tokenScopes],
  description: "`read` everything, `upload` photos, `write`: change people, photos and events.",
});

export function tokenRoutes(app: App, { services }: Context): void {
  const tags = ["API tokens"];

  app.get(
    "/api/tokens",
    {
      schema: {
        tags,
        summary: "API tokens, the newest first",
        querystring: PageQuery,
        response: { 200: Type.Object({ tokens: Type.Array(Token), next: Next }), ...problems() },
      },
    },
    async (request) => {
      const { page, next } = pageOf(await services.accounts.tokens(), request.query, ({ id }) => id);
      return { tokens: page.map(tokenView), next };
    },
  );

  app.post(
    "/api/tokens",
    {
      schema: {
        tags,
        summary: "Make an API token; this is the only time that it is told",
        body: Type.Object({
          name: Type.String({ minLength: 1, maxLength: 200 }),
          scopes: Type.Array(Scope, { minItems: 1, uniqueItems: true }),
          expiresAt: Type.Optional(nullable(Time)),
        }),
        response: {
          201: Type.Object({
            token: Token,
            secret: Type.String({ description: "To be sent as `Authorization: Bearer ...`." }),
          }),
          ...problems(),
        },
      },
    },
    async (request, reply) => {
      const { name, scopes, expiresAt = null } = request.body;
      const { secret, ...token } = await createToken(services, {
        name,
        scopes,
        expiresAt: timeOrNull(expiresAt),
      });
      return reply.code(201).send({ token: tokenView(token), secret });
    },
  );

  app.delete(
    "/api/tokens/:tokenId",
    {
      schema: {
        tags,
        summary: "Revoke an API token",
        params: Type.Object({ tokenId: idOf("token") }),
        response: { 204: Type.Null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      await revokeToken(services, request.params.tokenId);
      return reply.code(204).send(null);
    },
  );
}

function tokenView({ id, name, scopes, createdAt, expiresAt, lastUsedAt }: ApiToken) {
  return {
    id,
    name,
    scopes: [...scopes],
    createdAt: createdAt.toISOString(),
    expiresAt: iso(expiresAt),
    lastUsedAt: iso(lastUsedAt),
  };
}
