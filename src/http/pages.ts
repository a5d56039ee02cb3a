import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "./context.ts";
import { encodingFor, Packing } from "./packing.ts";
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

/** The other formats are packed as they are. */
const packable = /^(text|application\/(json|manifest)|image\/svg)/u;

interface Page {
  readonly bytes: Buffer;
  readonly type: string;
  /** Without quotes. */
  readonly etag: string;
  readonly packing: Packing | undefined;
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

  const send = async (request: FastifyRequest, reply: FastifyReply, page: Page) => {
    const encoding = page.packing && encodingFor(request.headers["accept-encoding"]);
    const etag = `"${page.etag}${encoding ? `-${encoding}` : ""}"`;
    // The build names files in assets by their content.
    const forGood = request.url.startsWith("/assets/");
    reply.headers({ etag, "cache-control": forGood ? "public, max-age=31536000, immutable" : "no-cache" });
    if (page.packing) reply.header("vary", "accept-encoding");
    if (request.headers["if-none-match"] === etag) return reply.code(304).send();
    reply.type(page.type);
    if (!encoding) return reply.send(page.bytes);
    return reply.header("content-encoding", encoding).send(await page.packing?.in(encoding));
  };

  app.get("/*", { schema: { hide: true } }, async (request, reply) => {
    const path = request.url.replace(/[?#].*$/u, "");
    // A page with a file of its own, like the guests' /g, is smaller than the app.
    const page =
      pages.get(path) ??
      pages.get(`${path}.html`) ??
      (extname(path) === "" && !path.startsWith("/api/") ? start : undefined);
    if (page) return await send(request, reply, page);
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
    const etag = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
    const type = types[extname(path)] ?? "application/octet-stream";
    pages.set(`/${path}`, { bytes, type, etag, packing: packable.test(type) ? new Packing(bytes) : undefined });
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
