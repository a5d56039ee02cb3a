import type { Static } from "typebox";
import { type CodedError, codedError } from "../domain/errors.ts";
import type { Services } from "../domain/services.ts";
import type { Progress } from "./schemas.ts";

export async function progressOf({ stores, queue }: Services, eventId: string): Promise<Static<typeof Progress>> {
  const { pending, working, done, failed } = await stores.photos.statusCounts(eventId);
  const { faces, people } = await stores.faces.counts(eventId);
  const { photosPerSecond, fault } = queue.state;
  const left = pending + working;
  return {
    pending,
    working,
    done,
    failed,
    faces,
    people,
    peopleAreCurrent: faces === 0 || (await stores.faces.grouping(eventId)) !== undefined,
    photosPerSecond,
    secondsLeft: left > 0 && photosPerSecond > 0 ? left / photosPerSecond : null,
    stalled: fault === undefined ? null : reasonOf(fault),
  };
}

/** Why work in the background does not go on, for those who wait for it. */
export function reasonOf(fault: unknown): CodedError {
  return codedError(fault) ?? { code: "SERVER_FAULT", message: "The work stopped; the server's log says why." };
}
