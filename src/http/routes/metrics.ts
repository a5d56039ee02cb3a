import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { App, Context } from "../context.ts";
import { fileAnswer, problems } from "../schemas.ts";

/** From a cached thumbnail to a search behind a full queue. */
const secondsBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What a Prometheus scrapes. Labels are routes as written in the code, never an address with ids. */
export function metricRoutes(app: App, { services }: Context): void {
  const { stores, queue } = services;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "rollcall_http_request_seconds",
    help: "Time from the request to the end of its answer.",
    labelNames: ["method", "route", "status"],
    buckets: secondsBuckets,
    registers: [registry],
  });
  const sent = new Counter({
    name: "rollcall_http_problems_total",
    help: "Answers that were problems, by status.",
    labelNames: ["status"],
    registers: [registry],
  });
  const photos = new Gauge({
    name: "rollcall_photos",
    help: "Photos of all events, by how far the work on them is.",
    labelNames: ["status"],
    registers: [registry],
    async collect() {
      for (const [status, count] of Object.entries(await photosByStatus())) this.set({ status }, count);
    },
  });
  const rate = new Gauge({
    name: "rollcall_photos_per_second",
    help: "Photos finished a second, over the last half minute.",
    registers: [registry],
    collect() {
      this.set(queue.state.photosPerSecond);
    },
  });
  const stalled = new Gauge({
    name: "rollcall_queue_stalled",
    help: "1 when the queue stands still for a reason that is not the photos'.",
    registers: [registry],
    collect() {
      this.set(queue.state.fault === undefined ? 0 : 1);
    },
  });

  const photosByStatus = async () => {
    const sums = { pending: 0, working: 0, done: 0, failed: 0 };
    for (const { id } of await stores.events.list()) {
      const counts = await stores.photos.statusCounts(id);
      for (const status of ["pending", "working", "done", "failed"] as const) sums[status] += counts[status];
    }
    return sums;
  };

  app.addHook("onResponse", async (request, reply) => {
    const { method } = request;
    const status = String(reply.statusCode);
    duration.observe({ method, route: request.routeOptions.url ?? "none", status }, reply.elapsedTime / 1000);
    if (reply.statusCode >= 400) sent.inc({ status });
  });

  app.get(
    "/metrics",
    {
      schema: {
        tags: ["Health"],
        summary: "Metrics for Prometheus; scrape them with an API token that may read",
        response: { 200: fileAnswer("The metrics.", "text/plain"), ...problems() },
      },
    },
    async (_request, reply) => {
      const text = await registry.metrics();
      return reply.type(registry.contentType).send(text);
    },
  );
  app.addHook("onClose", async () => {
    for (const metric of [photos, rate, stalled]) metric.reset();
    registry.clear();
  });
}
