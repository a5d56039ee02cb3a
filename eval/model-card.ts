import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const docsFolder = fileURLToPath(new URL("../docs", import.meta.url));

/**
 * Puts generated text into a page between `<!-- <id> -->` and `<!-- /<id> -->` and leaves the rest of the page alone.
 * A page without such a place gets one at its end.
 */
export function replaceSection(page: string, id: string, markdown: string): string {
  const [open, close] = [`<!-- ${id} -->`, `<!-- /${id} -->`];
  const section = `${open}\n${markdown.trim()}\n${close}`;
  const start = page.indexOf(open);
  const end = page.indexOf(close, start);
  if (start === -1) return `${page.trimEnd()}\n\n${section}\n`;
  if (end === -1) throw new Error(`The page has "${open}" without "${close}". Put it where the generated part ends.`);
  return page.slice(0, start) + section + page.slice(end + close.length);
}

/** @param file in docs/, such as "model-card.md" */
export async function writeSection(file: string, id: string, markdown: string): Promise<void> {
  const path = join(docsFolder, file);
  const page = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, replaceSection(page, id, markdown));
}

/** @param file in docs/, such as "lfw-roc.svg" */
export async function writeFigure(file: string, svg: string): Promise<void> {
  await mkdir(docsFolder, { recursive: true });
  await writeFile(join(docsFolder, file), svg);
}

/** A table in Markdown; the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, i) => (i === 0 ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** 0.99351 as "99.35 %". */
export function percent(fraction: number, digits = 2): string {
  return `${(fraction * 100).toFixed(digits)} %`;
}
