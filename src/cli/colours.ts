import type { WriteStream } from "node:tty";

export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
}

const paint = (start: number, end: number) => (text: string) => `\u001b[${start}m${text}\u001b[${end}m`;
const plain = (text: string) => text;

const painted: Colours = { bold: paint(1, 22), dim: paint(2, 22), good: paint(32, 39), warn: paint(33, 39) };
const unpainted: Colours = { bold: plain, dim: plain, good: plain, warn: plain };

/** Colours only where a terminal shows them; Node itself honours NO_COLOR, FORCE_COLOR and TERM there. */
export function coloursFor(stream: Partial<Pick<WriteStream, "isTTY" | "hasColors">>): Colours {
  return stream.isTTY && stream.hasColors?.() ? painted : unpainted;
}
