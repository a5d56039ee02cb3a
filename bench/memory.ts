import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

const SAMPLE_MS = 100;

/** Watches the memory of a process and of all its descendants; memory that they share counts for each of them. */
export class MemoryWatch {
  readonly #pids: readonly number[];
  #peak = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(pids: readonly number[]) {
    this.#pids = pids;
  }

  /** The most resident bytes that were seen at once; 0 where the system does not tell. */
  get peak(): number {
    return this.#peak;
  }

  /** Watches while `work` runs. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const sample = () => {
      void this.#sample();
    };
    this.#timer = setInterval(sample, SAMPLE_MS);
    try {
      return await work();
    } finally {
      clearInterval(this.#timer);
      await this.#sample();
    }
  }

  async #sample(): Promise<void> {
    const sizes = await Promise.all(this.#pids.map(residentBytesOfTree));
    this.#peak = Math.max(
      this.#peak,
      sizes.reduce((sum, size) => sum + size, 0),
    );
  }
}

async function residentBytesOfTree(pid: number): Promise<number> {
  if (process.platform === "linux") return await bytesFromProc(pid);
  return process.platform === "win32" ? 0 : await bytesFromPs(pid);
}

async function bytesFromProc(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    const theirs = await Promise.all(children.split(" ").filter(Boolean).map(Number).map(bytesFromProc));
    return theirs.reduce((sum, size) => sum + size, own);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

async function bytesFromPs(root: number): Promise<number> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,rss="]);
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const sum = (pid: number): number =>
    rows.reduce((total, [id = 0, parent = 0, kilobytes = 0]) => {
      if (id === pid) return total + kilobytes * 1024;
      return parent === pid ? total + sum(id) : total;
    }, 0);
  return sum(root);
}
