import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** What a part may import besides itself. A part is a folder of src, or a file at its top. docs/architecture.md draws it. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  face: [],
  domain: ["face"],
  config: ["domain", "face"],
  db: ["domain", "face"],
  storage: ["domain"],
  ingest: ["domain", "face"],
  pictures: ["domain", "face"],
  http: ["domain", "face"],
  compose: ["config", "db", "domain", "face", "ingest", "pictures", "storage"],
  // The entry points.
  server: ["compose", "config", "domain", "http"],
  cli: ["compose", "config", "domain", "face", "server"],
};

/** Packages that only one place may import, so that they can be replaced there, and what that place may be. */
const keepers: Readonly<Record<string, RegExp>> = {
  sharp: /^(face\/image(-header)?|pictures\/(mark|render))\.ts$/,
  "libheif-js": /^face\/heic\.ts$/,
  "onnxruntime-node": /^face\/onnx\.ts$/,
  usearch: /^face\/(search-index|grouping\/neighbours)\.ts$/,
  flatbuffers: /^face\/models\//,
  pacote: /^face\/models\//,
  kysely: /^(db\/|compose\/parts\.ts$)/,
  libsql: /^db\/sqlite\//,
  commander: /^cli\//,
  fastify: /^http\//,
  "@fastify/fast-json-stringify-compiler": /^http\/serializers\.ts$/,
  "@fastify/cookie": /^http\/app\.ts$/,
  "@fastify/multipart": /^http\/(app|uploads)\.ts$/,
  "@fastify/swagger": /^http\/(app|openapi)\.ts$/,
  "@fastify/swagger-ui": /^http\/app\.ts$/,
  "@fastify/type-provider-typebox": /^http\//,
  "@tus/file-store": /^http\/unfinished-store\.ts$/,
  "@tus/server": /^http\/(resumable|unfinished-store)\.ts$/,
  "prom-client": /^http\/routes\/metrics\.ts$/,
  yazl: /^http\/zip\.ts$/,
  typebox: /^http\//,
  "@node-rs/argon2": /^storage\/passwords\.ts$/,
};

/** The library may be used without our configuration, so its two defaults from the environment are its own; one sets, and reads nothing. */
const readersOfEnvironment = ["config.ts", "face/environment.ts", "face/models/cache.ts", "face/no-telemetry.ts"];

interface SourceFile {
  /** In src, with "/". */
  readonly path: string;
  readonly code: string;
  readonly imports: readonly string[];
}

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts"))
  .map((path): SourceFile => {
    const code = withoutComments(readFileSync(join(root, "src", path), "utf8"));
    return { path, code, imports: importsOf(code) };
  });
const production = files.filter(({ path }) => !path.endsWith(".test.ts") && !path.endsWith(".d.ts"));

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gmu, "");
}

/** Everything a file names as another module: imports, exports from, imports while running, and scripts it starts. */
function importsOf(code: string): string[] {
  const forms = [
    /\bfrom\s+"([^"]+)"/gu,
    /\bimport\s+"([^"]+)"/gu,
    /\bimport\(\s*"([^"]+)"/gu,
    /\bresolve\("([^"]+)"\)/gu,
    /"(\.{1,2}\/[^"]+\.ts)"/gu,
  ];
  return [...new Set(forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1] ?? "")))];
}

function partOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/(\.test)?\.ts$/, "");
}

/** The part of src that a relative import leads to. */
function targetPart(from: string, specifier: string): string {
  const target = relative(join(root, "src"), resolve(root, "src", dirname(from), specifier)).replaceAll("\\", "/");
  return partOf(target);
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

describe("the architecture", () => {
  it("has a rule for every part of src", () => {
    expect([...new Set(files.map(({ path }) => partOf(path)))].sort()).toEqual(Object.keys(arrows).sort());
  });

  it("lets parts import only what their arrows lead to", () => {
    const violations = files.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => targetPart(path, specifier))
        // Tests of a part may use what all tests share.
        .filter((target) => !(target === ".." && path.endsWith(".test.ts")))
        .filter((target) => target !== partOf(path) && !arrows[partOf(path)]?.includes(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(violations).toEqual([]);
  });

  it("has no arrows in a circle", () => {
    const reachable = (part: string, seen: readonly string[] = []): string[] =>
      seen.includes(part) ? [] : [part, ...(arrows[part] ?? []).flatMap((next) => reachable(next, [...seen, part]))];
    for (const [part, targets] of Object.entries(arrows)) {
      for (const target of targets) expect(reachable(target), `${part} -> ${target}`).not.toContain(part);
    }
  });

  it("imports each package that has a keeper there alone", () => {
    const violations = production.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => keepers[packageOf(specifier)]?.test(path) === false)
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(violations).toEqual([]);
    const used = new Set(production.flatMap(({ imports }) => imports.map(packageOf)));
    expect(Object.keys(keepers).filter((name) => !used.has(name))).toEqual([]);
  });

  it("imports no package without a keeper", () => {
    const foreign = production.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
        // Only to run from source, where it reads the TypeScript.
        .filter((specifier) => !(specifier in keepers) && !(packageOf(specifier) in keepers) && specifier !== "tsx")
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(foreign).toEqual([]);
  });

  it("names Node's own modules as such", () => {
    const bare = files.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => builtinModules.includes(specifier))
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(bare).toEqual([]);
  });

  it("reads the environment in one place, apart from the library's own defaults", () => {
    const readers = production.filter(({ code }) => /\bprocess\s*\.\s*env\b|\benv\s*\}\s*=\s*process\b/u.test(code));
    expect(readers.map(({ path }) => path).sort()).toEqual(readersOfEnvironment);
  });
});
