import type { SwaggerOptions } from "@fastify/swagger";
import type { FastifySchema } from "fastify";
import { accessTo } from "./policy.ts";
import { problems } from "./schemas.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a multipart request brings; it is read as it arrives, so no schema is held against it. */
    multipart?: "photos" | "picture";
  }
}

const description = `Everything the web app does goes through this API. Sign in for a session cookie, or send an API token as \`Authorization: Bearer ...\`.
Errors are problem details (RFC 9457) with a stable \`code\`; lists go on with \`next\`; pictures may be kept for as long as their headers say.`;

const file = { type: "string", format: "binary" } as const;

const multipartBodies = {
  photos: {
    type: "object",
    required: ["photos"],
    properties: {
      photos: { type: "array", items: file, description: "The name of the field does not matter." },
      sha256: { type: "string", description: "What the SHA-256 of the next file has to be." },
    },
  },
  picture: { type: "object", required: ["picture"], properties: { picture: file } },
} as const;

export function openApi(version: string): SwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Rollcall", version, description, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "__Host-rollcall", description: "The organiser, signed in." },
          token: { type: "http", scheme: "bearer", description: "An API token that has the scope." },
          guest: { type: "apiKey", in: "cookie", name: "__Host-rollcall-guest", description: "Who came by a link." },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, i) => (typeof json.$id === "string" ? json.$id : `schema-${i}`),
    },
    transform: ({ schema, url, route }) => {
      const method = Array.isArray(route.method) ? (route.method[0] ?? "GET") : route.method;
      const multipart = route.config?.multipart;
      const documented: FastifySchema = {
        ...schema,
        ...(mayFailToWrite(method, schema) ? { response: { ...schema.response, ...problems(503, 507) } } : {}),
        security: securityOf(method, url),
        ...(multipart ? { body: multipartBodies[multipart] } : {}),
      };
      return { schema: documented, url };
    },
  };
}

/** Whatever changes something may find the database kept busy by another process, or the disk full. */
function mayFailToWrite(method: string, schema: FastifySchema | undefined): schema is WithAnswers {
  return !["GET", "HEAD"].includes(method) && typeof schema?.response === "object";
}

type WithAnswers = FastifySchema & { readonly response: object };

/** From the policy itself, so that the document cannot say anything else. */
function securityOf(method: string, url: string): readonly Record<string, readonly string[]>[] {
  return accessTo(method, url).map((kind) => {
    switch (kind) {
      case "anyone":
        return {};
      case "organiser":
        return { session: [] };
      case "guest":
        return { guest: [] };
      default:
        return { token: [kind.slice("token:".length)] };
    }
  });
}
