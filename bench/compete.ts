import type { PixelBox } from "../src/face/index.ts";
import type { Answer, Request } from "./contestant.ts";

/** What a contestant's process can do. */
export interface Competitor {
  /** Versions and settings that matter for its speed. */
  readonly about: string;
  /** Photos to hand to it at once, so that it is never idle. */
  readonly atOnce: number;
  /** From the file to descriptors of all faces; returns their boxes in pixels of the photo. */
  find(file: string): Promise<readonly PixelBox[]>;
}

/** Runs in a contestant's process: answers for it until the bench lets go of it. */
export async function compete(open: () => Promise<Competitor>): Promise<void> {
  process.once("disconnect", () => process.exit(0));
  try {
    const competitor = await open();
    process.on("message", (request: Request) => {
      competitor.find(request.file).then((boxes) => send({ kind: "found", id: request.id, boxes }), fail);
    });
    send({ kind: "ready", about: competitor.about, atOnce: competitor.atOnce });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  send({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
}

function send(answer: Answer): void {
  process.send?.(answer);
}
