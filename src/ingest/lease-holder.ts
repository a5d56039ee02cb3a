import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { PhotoStore } from "../domain/ports.ts";
import { mayBeRunning, thisProcess } from "../domain/this-process.ts";

/** How long others leave a photo to a process that gives no sign of life. */
const leaseMs = 60_000;

/** Often enough that three signs of life may get lost. */
const renewalMs = 15_000;

/** Who this process is to others that work on the same event, and for how long it may hold a photo. */
export class LeaseHolder {
  readonly owner = `${hostname()}/${thisProcess}/${randomBytes(4).toString("hex")}`;
  readonly #photos: PhotoStore;
  readonly #timer: NodeJS.Timeout;

  /** Shows signs of life from now until `end`. */
  constructor(photos: PhotoStore) {
    this.#photos = photos;
    this.#timer = setInterval(() => {
      // When this fails, the leases run out and somebody else does the work: nothing is lost.
      photos.renewLeases(this.lease()).catch(() => undefined);
    }, renewalMs).unref();
  }

  lease(): { readonly owner: string; readonly until: number } {
    return { owner: this.owner, until: Date.now() + leaseMs };
  }

  /** Frees photos that processes of this machine held when they died, without waiting for their leases to run out. */
  async releaseOfTheDead(eventId?: string): Promise<void> {
    for (const owner of await this.#photos.leaseOwners(eventId)) {
      if (isDead(owner)) await this.#photos.release(owner);
    }
  }

  /** Lets go of everything. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#photos.release(this.owner);
  }
}

/** Being wrong is harmless: a photo is then looked at twice, and only the holder of its lease can store the result. */
function isDead(owner: string): boolean {
  const [host, name = ""] = owner.split("/");
  return host === hostname() && !mayBeRunning(name);
}
