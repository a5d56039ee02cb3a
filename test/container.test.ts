import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (name: string) => readFileSync(join(root, name), "utf8");
const dockerfile = read("Dockerfile").replaceAll(/\\\n\s*/gu, " ");
const manifest: { bin: { rollcall: string }; engines: { node: string } } = JSON.parse(read("package.json"));

/** What the image takes from this folder, rather than from another stage. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gmu)].flatMap(([, sources = ""]) =>
  sources.split(" "),
);

describe("the container", () => {
  it("is built from files that are there and that .dockerignore lets through", () => {
    const allowed = [...read(".dockerignore").matchAll(/^!(.+)$/gmu)].map(([, path = ""]) => path);
    expect(copied.length).toBeGreaterThan(0);
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(allowed, path).toContain(path.split("/")[0]);
    }
    expect(allowed.filter((path) => !copied.some((copy) => copy.split("/")[0] === path))).toEqual([]);
  });

  it("starts the command of the package, with a Node that will do, and as nobody special", () => {
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "${manifest.bin.rollcall}"]`);
    expect(dockerfile).toMatch(/^USER node$/mu);
    const majors = [...dockerfile.matchAll(/^FROM node:(\d+)-slim/gmu)].map(([, major]) => Number(major));
    expect(majors.length).toBeGreaterThan(1);
    for (const major of majors) expect(manifest.engines.node).toBe(`>=${major}.19.0`);
  });

  it("has the settings that its volumes, its port and compose.yaml rely on", () => {
    const env = Object.fromEntries(
      [...dockerfile.matchAll(/ (ROLLCALL_\w+)=(\S+)/gu)].map(([, name, value]) => [name, value]),
    );
    const { dataDir, engine, server } = readConfig(env);
    expect(server).toMatchObject({ host: "0.0.0.0", port: 8080 });
    const compose = read("compose.yaml");
    for (const [name, value] of Object.entries(env))
      expect(compose).toMatch(new RegExp(`${name}: "?${value}"?\\n`, "u"));
    for (const folder of [dataDir, engine.cacheDir]) {
      expect(dockerfile).toMatch(new RegExp(`^VOLUME .*"${folder}"`, "mu"));
      expect(compose).toContain(`:${folder}\n`);
    }
    expect(dockerfile).toMatch(/^EXPOSE 8080$/mu);
  });
});
