import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { PixelBox } from "../src/face/index.ts";
import { MemoryWatch } from "./memory.ts";

/** What a contestant's process is asked, a photo at a time, and what it answers. */
export interface Request {
  readonly id: number;
  readonly file: string;
}

export type Answer =
  | { readonly kind: "ready"; readonly about: string; readonly atOnce: number }
  | { readonly kind: "found"; readonly id: number; readonly boxes: readonly PixelBox[] }
  | { readonly kind: "failed"; readonly message: string };

export interface Round {
  readonly photosPerSecond: number;
  /** The faces found in each photo, in its pixels. */
  readonly boxes: readonly (readonly PixelBox[])[];
}

/** One of those who are compared: processes of its own that go from JPEG files to faces with descriptors. */
export class Contestant {
  readonly name: string;
  readonly about: string;
  readonly #processes: readonly ContestantProcess[];
  readonly #memory: MemoryWatch;

  private constructor(name: string, about: string, processes: readonly ContestantProcess[]) {
    this.name = name;
    this.about = about;
    this.#processes = processes;
    this.#memory = new MemoryWatch(processes.flatMap(({ pid }) => pid ?? []));
  }

  /** @param script in this folder; it calls `compete` */
  static async start(name: string, script: string, args: readonly string[], processes: number): Promise<Contestant> {
    const started = Array.from({ length: processes }, () => new ContestantProcess(script, args));
    try {
      const abouts = await Promise.all(started.map((process) => process.ready));
      return new Contestant(name, abouts[0]?.about ?? "", started);
    } catch (error) {
      for (const process of started) process.end();
      throw error;
    }
  }

  get processes(): number {
    return this.#processes.length;
  }

  /** Resident bytes of all its processes at the worst moment of its rounds; shared pages count for each of them. */
  get peakMemory(): number {
    return this.#memory.peak;
  }

  /** Works through the photos as fast as it can. */
  async round(files: readonly string[]): Promise<Round> {
    return await this.#memory.during(async () => {
      const boxes: (readonly PixelBox[])[] = files.map(() => []);
      const waiting = files.entries();
      const takePhotos = async (process: ContestantProcess) => {
        // Shared by all who take from it, so that each photo is taken once.
        for (const [i, file] of waiting) boxes[i] = await process.find(file);
      };
      const started = performance.now();
      await Promise.all(
        this.#processes.map(async (process) => {
          const { atOnce } = await process.ready;
          await Promise.all(Array.from({ length: atOnce }, () => takePhotos(process)));
        }),
      );
      const seconds = (performance.now() - started) / 1000;
      return { photosPerSecond: files.length / seconds, boxes };
    });
  }

  end(): void {
    for (const process of this.#processes) process.end();
  }
}

class ContestantProcess {
  readonly ready: Promise<{ readonly about: string; readonly atOnce: number }>;
  readonly #child: ChildProcess;
  readonly #open = new Map<number, (boxes: readonly PixelBox[]) => void>();
  readonly #broken: Promise<never>;
  #asked = 0;

  constructor(script: string, args: readonly string[]) {
    this.#child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
      // What a library prints belongs to neither the table nor the JSON.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#broken = new Promise((_, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", () => reject(new Error(`${script} ended before it was done.`)));
      this.#child.on("message", (answer: Answer) => {
        if (answer.kind === "failed") reject(new Error(`${script}: ${answer.message}`));
      });
    });
    this.#broken.catch(() => undefined);
    const started = new Promise<{ about: string; atOnce: number }>((resolve) => {
      this.#child.on("message", (answer: Answer) => {
        if (answer.kind === "ready") resolve(answer);
        else if (answer.kind === "found") this.#found(answer.id, answer.boxes);
      });
    });
    this.ready = Promise.race([started, this.#broken]);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async find(file: string): Promise<readonly PixelBox[]> {
    const id = this.#asked++;
    const found = new Promise<readonly PixelBox[]>((resolve) => this.#open.set(id, resolve));
    const request: Request = { id, file };
    this.#child.send(request);
    return await Promise.race([found, this.#broken]);
  }

  end(): void {
    this.#child.disconnect();
  }

  #found(id: number, boxes: readonly PixelBox[]): void {
    this.#open.get(id)?.(boxes);
    this.#open.delete(id);
  }
}
