// Writes docs/openapi.json from the routes; with --check, fails when the file is not what would be written.
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackend } from "../src/compose.ts";
import { buildApp } from "../src/http/app.ts";

const file = new URL("../docs/openapi.json", import.meta.url);

async function document(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "rollcall-openapi-"));
  const backend = await openBackend({ dataDir, env: {} }, { onFault: () => undefined, onErased: () => undefined });
  try {
    const app = await buildApp(backend, {
      // The document describes the API; which build serves it is told by the server itself.
      version: "1",
      logLevel: "silent",
      allowPlainHttp: false,
      trustProxy: false,
    });
    const response = await app.inject("/openapi.json");
    await app.close();
    return `${JSON.stringify(response.json(), undefined, 2)}\n`;
  } finally {
    await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const wanted = await document();
if (!process.argv.includes("--check")) {
  writeFileSync(file, wanted);
} else if (readFileSync(file, "utf8") !== wanted) {
  console.error("docs/openapi.json is not what the routes say. Run `npm run docs`, then commit the file.");
  process.exitCode = 1;
}
