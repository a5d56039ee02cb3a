import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const built = new URL("../../web/dist/", import.meta.url);

/** Scripts that a page loads before it shows anything. */
function scriptsOf(page: string): Buffer[] {
  const html = readFileSync(new URL(page, built), "utf8");
  return [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/gu)].map(([, path = ""]) =>
    readFileSync(new URL(path, built)),
  );
}

test.skipIf(!existsSync(built))("a guest's phone loads less than 120 kB of script", () => {
  const scripts = scriptsOf("g.html");
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.reduce((sum, script) => sum + gzipSync(script).length, 0)).toBeLessThan(120_000);
});

test.skipIf(!existsSync(built))("the pages have nothing inline, which the content policy forbids", () => {
  for (const page of ["index.html", "g.html"]) {
    const html = readFileSync(new URL(page, built), "utf8");
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/u);
  }
});
