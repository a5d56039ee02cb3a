import cookie from "@fastify/cookie";
import multipart from "@fastify/multipart";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyRequest } from "fastify";
import type { Services } from "../domain/services.ts";
import { LaterError } from "../domain/throttle.ts";
import { closeWithLastAnswer } from "./connections.ts";
import type { App, Context } from "./context.ts";
import { cookieJar } from "./cookies.ts";
import { guard } from "./guard.ts";
import { addSecurityHeaders, securityHeaders } from "./headers.ts";
import { newLimits } from "./limits.ts";
import { refuseExtras } from "./no-extras.ts";
import { openApi } from "./openapi.ts";
import { servePages } from "./pages.ts";
import { problem, problemOf } from "./problems.ts";
import { activityRoutes } from "./routes/activity.ts";
import { brandingRoutes } from "./routes/branding.ts";
import { eventRoutes } from "./routes/events.ts";
import { exportRoutes } from "./routes/exports.ts";
import { faceRoutes } from "./routes/faces.ts";
import { guestRoutes } from "./routes/guest.ts";
import { guestPhotoRoutes } from "./routes/guest-photos.ts";
import { healthRoutes } from "./routes/health.ts";
import { linkRoutes } from "./routes/links.ts";
import { metricRoutes } from "./routes/metrics.ts";
import { peopleRoutes } from "./routes/people.ts";
import { photoRoutes } from "./routes/photos.ts";
import { searchRoutes } from "./routes/searches.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { settingRoutes } from "./routes/settings.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { namedSchemas } from "./schemas.ts";
import { serializersOnDemand } from "./serializers.ts";

export interface AppOptions {
  readonly version: string;
  readonly logLevel: string;
  /** Where browsers reach the server, without a "/" at the end. */
  readonly publicUrl?: string;
  readonly allowPlainHttp: boolean;
  readonly trustProxy: boolean;
  /** Of the built web app. */
  readonly pages?: string;
}

/** Of a multipart request beside its files; each is kept until the request is over. */
const mostFields = 1000;

/** JSON of a request: a thousand ids are 40 kB. */
const mostBodyBytes = 256 * 1024;

/** The API, on what the domain offers; it does not listen yet. */
export async function buildApp(services: Services, options: AppOptions): Promise<App> {
  const { version, publicUrl } = options;
  const httpsUrl = publicUrl?.startsWith("https://") ? publicUrl : undefined;
  const behindHttps = httpsUrl !== undefined;
  const app = Fastify({
    bodyLimit: mostBodyBytes,
    // Only what the proxy itself saw: what was in the header before, the caller may have made up.
    trustProxy: options.trustProxy && ((_address, hop) => hop === 0),
    forceCloseConnections: "idle",
    schemaController: { compilersFactory: { buildSerializer: serializersOnDemand } },
    logger: { level: options.logLevel, serializers: { req: describeRequest } },
    // Of addresses that cannot be read: no hook has seen them.
    frameworkErrors: (error, request, reply) => {
      const answer = problemOf(error, request.id);
      const headers = { ...securityHeaders("/api", behindHttps), "content-type": "application/problem+json" };
      reply.raw.writeHead(answer.status, headers).end(JSON.stringify(answer));
    },
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    // Texts of an address become the numbers and flags they stand for; JSON has those itself and is taken at its word.
    .setValidatorCompiler(TypeBoxValidatorCompiler);

  takeNoBodyForNone(app);
  app.setErrorHandler(async (error, request, reply) => {
    const answer = problemOf(error, request.id);
    // Browsers ask nobody for a password because of this one; programs are told what they need.
    if (answer.status === 401) reply.header("www-authenticate", "Bearer");
    if (error instanceof LaterError) reply.header("retry-after", error.retryAfterSeconds);
    if (answer.status >= 500) request.log.error({ err: error }, answer.code);
    await reply.code(answer.status).type("application/problem+json").send(answer);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const error = {
      code: "ROUTE_UNKNOWN",
      message: "There is no such page or method. The API is described at /docs.",
    } as const;
    await reply.code(404).type("application/problem+json").send(problem(error, request.id));
  });

  closeWithLastAnswer(app);

  const cookies = cookieJar({ httpsUrl, allowPlainHttp: options.allowPlainHttp });
  const context: Context = { services, cookies, version, publicUrl, limits: newLimits() };
  await app.register(cookie);
  await app.register(multipart, {
    // Each file is judged by itself as it comes, so a folder of thousands may come in one request.
    limits: {
      files: Number.POSITIVE_INFINITY,
      parts: Number.POSITIVE_INFINITY,
      fileSize: Number.POSITIVE_INFINITY,
      fields: mostFields,
      fieldSize: 4096,
    },
    throwFileSizeLimit: false,
  });
  for (const schema of namedSchemas) app.addSchema(schema);
  await app.register(swagger, openApi(version));
  addSecurityHeaders(app, behindHttps);
  guard(app, context);
  refuseExtras(app);

  healthRoutes(app, context);
  sessionRoutes(app, context);
  eventRoutes(app, context);
  photoRoutes(app, context);
  uploadRoutes(app, context);
  peopleRoutes(app, context);
  faceRoutes(app, context);
  exportRoutes(app, context);
  activityRoutes(app, context);
  searchRoutes(app, context);
  linkRoutes(app, context);
  guestRoutes(app, context);
  guestPhotoRoutes(app, context);
  tokenRoutes(app, context);
  settingRoutes(app, context);
  brandingRoutes(app, context);
  metricRoutes(app, context);
  if (options.pages !== undefined) servePages(app, options.pages);
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    uiConfig: { defaultModelsExpandDepth: 0, layout: "BaseLayout" },
    theme: { title: "Rollcall API" },
  });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  return app;
}

/** Programs say that they send JSON when they send nothing, too. */
function takeNoBodyForNone(app: App): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.length > 0) return parse(request, body.toString(), done);
    return done(null, undefined);
  });
}

/** No query and no address of the caller: the first may hold what somebody looked for. */
function describeRequest(request: FastifyRequest) {
  return { method: request.method, url: request.url.replace(/\?.*$/u, "") };
}
