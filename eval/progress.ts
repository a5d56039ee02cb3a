/** Tells on stderr how far a run has come, so that stdout is left to the result. */
export interface Progress {
  step(): void;
  end(): void;
}

const REDRAW_MS = 200;
/** Where nobody watches (a log file), a line each time this much more is done. */
const LOG_SHARE = 0.1;

export function startProgress(label: string, total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const started = Date.now();
  let done = 0;
  let shownAt = 0;
  let loggedShare = 0;

  function line(): string {
    const seconds = (Date.now() - started) / 1000;
    const rate = done / Math.max(seconds, 0.001);
    const left = done === 0 ? "" : `, ${Math.ceil((total - done) / rate)} s left`;
    return `${label}: ${done} of ${total} (${rate.toFixed(1)}/s${done === total ? `, ${seconds.toFixed(0)} s` : left})`;
  }

  function show(): void {
    if (stream.isTTY) {
      if (Date.now() - shownAt < REDRAW_MS) return;
      shownAt = Date.now();
      stream.write(`\r\u001b[K${line()}`);
    } else if (done / total >= loggedShare + LOG_SHARE && done < total) {
      loggedShare = done / total;
      stream.write(`${line()}\n`);
    }
  }

  return {
    step() {
      done++;
      show();
    },
    end() {
      stream.write(stream.isTTY ? `\r\u001b[K${line()}\n` : `${line()}\n`);
    },
  };
}
