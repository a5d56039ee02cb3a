import { columns } from "./text.ts";

/** Where progress is shown: stderr, or something like it in a test. */
export interface StatusStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** A terminal's line is redrawn at most this often: faster is flicker, and costs more than it shows. */
const redrawMs = 100;
/** A log gets a line this often: enough to see that it goes on, too little to drown in. */
const plainLineMs = 5000;
const clearLine = "\r\u001b[K";

/** One line that says what is going on: redrawn in place on a terminal, now and then a new line elsewhere. */
export class StatusLine {
  readonly #stream: StatusStream;
  readonly #now: () => number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = "";
  #latest = "";

  /** @param now milliseconds of a clock that never goes back */
  constructor(stream: StatusStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  show(text: string): void {
    // Something else is going on now: that is worth a line of its own.
    const changed = verb(text) !== verb(this.#latest);
    if (changed) this.#complete();
    this.#latest = text;
    if (changed || this.#now() - this.#shownAt >= (this.#stream.isTTY ? redrawMs : plainLineMs)) this.#write();
  }

  /** Makes room for another text; the next `show` brings the line back. */
  clear(): void {
    if (!this.#stream.isTTY || this.#shown === "") return;
    this.#stream.write(clearLine);
    this.#shown = "";
    this.#shownAt = Number.NEGATIVE_INFINITY;
  }

  /** Leaves a terminal clean. */
  finish(): void {
    this.clear();
    this.#complete();
  }

  /** A log gets the last word on what was going on, if it has not got it yet. */
  #complete(): void {
    if (!this.#stream.isTTY && this.#latest !== this.#shown) this.#write();
  }

  #write(): void {
    this.#shownAt = this.#now();
    this.#shown = this.#latest;
    // A terminal that does not know its size, as in some containers, says 0.
    if (this.#stream.isTTY) this.#stream.write(clearLine + cut(this.#latest, (this.#stream.columns || 80) - 1));
    else this.#stream.write(`${this.#latest}\n`);
  }
}

function verb(text: string): string {
  return text.slice(0, text.indexOf(" "));
}

/** A line that wraps cannot be redrawn in place. */
function cut(text: string, width: number): string {
  let shorter = text;
  while (shorter !== "" && columns(shorter) > width) shorter = shorter.slice(0, -1);
  return shorter;
}
