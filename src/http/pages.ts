import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "./context.ts";
import { problem } from "./problems.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

interface Page {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
}

/**
 * Serves the web app from memory: a few files that are read once, so no path of a request ever reaches the disk. An
 * address that is no file is a page of the app, which finds out itself what to show.
 *
 * @param folder of the built app; without it, there is only the API
 */
export function servePages(app: App, folder: string): void {
  const pages = readPages(folder);
  const start = pages.get("/index.html");

  const send = (request: FastifyRequest, reply: FastifyReply, { bytes, type, etag }: Page) => {
    // The build names files in assets by their content.
    const forGood = request.url.startsWith("/assets/");
    reply.headers({ etag, "cache-control": forGood ? "public, max-age=31536000, immutable" : "no-cache" });
    if (request.headers["if-none-match"] === etag) return reply.code(304).send();
    return reply.type(type).send(bytes);
  };

  app.get("/*", { schema: { hide: true } }, (request, reply) => {
    const path = request.url.replace(/[?#].*$/u, "");
    // A page with a file of its own, like the guests' /g, is smaller than the app.
    const page =
      pages.get(path) ??
      pages.get(`${path}.html`) ??
      (extname(path) === "" && !path.startsWith("/api/") ? start : undefined);
    if (page) return send(request, reply, page);
    const error = { code: "ROUTE_UNKNOWN", message: "There is no such page. The API is described at /docs." } as const;
    return reply.code(404).type("application/problem+json").send(problem(error, request.id));
  });
}

function readPages(folder: string): Map<string, Page> {
  const pages = new Map<string, Page>();
  let entries: ReturnType<typeof listFiles> = [];
  try {
    entries = listFiles(folder);
  } catch {
    // Not built: whoever only uses the API does without.
  }
  for (const path of entries) {
    const bytes = readFileSync(join(folder, path));
    const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
    pages.set(`/${path}`, { bytes, type: types[extname(path)] ?? "application/octet-stream", etag });
  }
  return pages;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    );
}
