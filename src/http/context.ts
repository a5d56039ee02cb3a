import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { Services } from "../domain/services.ts";
import type { CookieJar } from "./cookies.ts";
import type { Limits } from "./limits.ts";

/** Fastify, with the types of requests and answers taken from the schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What every file of routes is given. */
export interface Context {
  readonly services: Services;
  readonly cookies: CookieJar;
  readonly version: string;
  /** Where browsers reach the server; undefined: where each request says. */
  readonly publicUrl: string | undefined;
  readonly limits: Limits;
}
