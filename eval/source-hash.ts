import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/**
 * A hash of a source file and of all of ours that it imports, directly or not: what it does changes only if this does.
 *
 * @param entry URL of a TypeScript file
 * @returns 64 hexadecimal digits
 */
export async function sourceHash(entry: URL): Promise<string> {
  const texts = new Map<string, string>();
  const read = async (url: URL): Promise<void> => {
    if (texts.has(url.href)) return;
    const text = await readFile(url, "utf8");
    texts.set(url.href, text);
    for (const [, path] of text.matchAll(/(?:from|import)\s*\(?"(\.{1,2}\/[^"]+\.ts)"/gu)) {
      if (path !== undefined && !path.endsWith(".d.ts")) await read(new URL(path, url));
    }
  };
  await read(entry);
  const hash = createHash("sha256");
  for (const href of [...texts.keys()].sort()) hash.update(texts.get(href) ?? "");
  return hash.digest("hex");
}
