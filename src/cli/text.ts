import { stripVTControlCharacters } from "node:util";

const numberFormat = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What takes two columns on a terminal: emoji, and the scripts written in full-width cells. */
const wide =
  /\p{Emoji_Presentation}|\u{FE0F}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u{FF01}-\u{FF60}]/u;

/**
 * A name from outside, made fit for one line of a terminal: control characters, which could move the cursor or forge
 * other lines, and characters that reverse the direction of writing appear as escapes such as `\n` or `\u{1b}`.
 */
export function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    if (character === "\t") return "\\t";
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** The same for a message of several lines of our own. */
export function printableLines(message: string): string {
  return message.split("\n").map(printable).join("\n");
}

/** `1,204`, or `12.3` */
export function number(value: number): string {
  return numberFormat.format(value);
}

/** `1 photo`, `1,204 photos` */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount)} ${amount === 1 ? one : many}`;
}

/** A probability: `92%`; never 100% or 0%, because neither is ever certain. */
export function percent(fraction: number): string {
  if (fraction > 0.99) return ">99%";
  if (fraction < 0.01) return "<1%";
  return `${Math.round(fraction * 100)}%`;
}

/** `40 ms`, `8 s`, `1 min 20 s`, `2 h 5 min` */
export function duration(ms: number): string {
  if (ms < 1000) return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 photo`, `Ann and Ben`, `Ann, Ben and Eve` */
export function list(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** For JSON: as many decimals as mean something. */
export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

/** How many columns a text takes on a terminal. */
export function columns(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += wide.test(segment) ? 2 : 1;
  return width;
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Lines of an aligned table, the titles first; a column without content is left out, and so are titles that are all empty. */
export function table(head: readonly Column[], rows: readonly (readonly string[])[], titles = (text: string) => text) {
  const shown = head.flatMap(({ title, align = "left" }, index) => {
    const cells = rows.map((row) => row[index] ?? "");
    const width = Math.max(columns(title), ...cells.map(columns));
    return cells.every((cell) => cell === "") ? [] : [{ title, align, cells, width }];
  });
  const line = (cellOf: (column: (typeof shown)[number]) => string) =>
    shown
      .map((column) => {
        const gap = " ".repeat(column.width - columns(cellOf(column)));
        return column.align === "right" ? gap + cellOf(column) : cellOf(column) + gap;
      })
      .join("  ")
      .trimEnd();
  const titleLine = line(({ title }) => title);
  return [
    ...(titleLine === "" ? [] : [titles(titleLine)]),
    ...rows.map((_, row) => line(({ cells }) => cells[row] ?? "")),
  ];
}

/** An argument as it must be typed, in the shells that people use. */
export function shellWord(text: string): string {
  return /^[\w.@%+=:,/-]+$/u.test(text) ? text : `"${printable(text).replace(/["$`\\]/gu, "\\$&")}"`;
}
