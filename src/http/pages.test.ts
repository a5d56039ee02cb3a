import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { servePages } from "./pages.ts";

describe("servePages", () => {
  const appWith = async (files: Readonly<Record<string, string>>) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "assets"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const app = Fastify().withTypeProvider<TypeBoxTypeProvider>();
    servePages(app, folder);
    return app;
  };

  it("gives files their types, and pages of the app for every other address", async () => {
    const app = await appWith({ "index.html": "<html>", "assets/app-1.js": "1", "icon.svg": "<svg>" });
    const script = await app.inject("/assets/app-1.js");
    expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(script.headers["cache-control"]).toContain("immutable");
    for (const url of ["/", "/g", "/events/12?tab=people"]) {
      const page = await app.inject(url);
      expect([page.statusCode, page.body, page.headers["cache-control"]]).toEqual([200, "<html>", "no-cache"]);
    }
    const headers = { "if-none-match": String(script.headers.etag) };
    expect((await app.inject({ url: "/assets/app-1.js", headers })).statusCode).toBe(304);
  });

  it("packs what can be packed for those who can unpack it, each with a tag of its own", async () => {
    const script = "let all = 'the same';".repeat(1000);
    const app = await appWith({ "index.html": "<html>", "assets/app-1.js": script, "icon.png": "png" });
    const get = (url: string, accepted: string) => app.inject({ url, headers: { "accept-encoding": accepted } });
    const tags = new Set<unknown>();
    for (const [accepted, encoding] of [
      ["gzip, deflate, br", "br"],
      ["gzip;q=0.8, br;q=0", "gzip"],
      ["identity", undefined],
    ] as const) {
      const { headers, rawPayload } = await get("/assets/app-1.js", accepted);
      expect([headers["content-encoding"], headers.vary]).toEqual([encoding, "accept-encoding"]);
      const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
      expect((encoding ? unpack[encoding](rawPayload) : rawPayload).toString()).toBe(script);
      expect(rawPayload.length < 1000).toBe(encoding !== undefined);
      tags.add(headers.etag);
    }
    expect(tags.size).toBe(3);
    expect((await get("/icon.png", "br")).headers["content-encoding"]).toBeUndefined();
  });

  it("finds nothing outside of the folder, and no page for files and addresses of the API", async () => {
    const app = await appWith({ "index.html": "<html>" });
    for (const url of ["/../package.json", "/%2e%2e/package.json", "/missing.js", "/api/nothing"]) {
      expect((await app.inject(url)).statusCode, url).toBe(404);
    }
  });

  it("does without the web app where it is not built", async () => {
    const app = Fastify().withTypeProvider<TypeBoxTypeProvider>();
    servePages(app, join(await temporaryFolder(), "missing"));
    expect((await app.inject("/")).statusCode).toBe(404);
  });
});
