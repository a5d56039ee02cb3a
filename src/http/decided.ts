import type { Decided } from "../domain/decide.ts";
import type { Services } from "../domain/services.ts";

/** What follows a change of people: pages learn of it, and faces are grouped again. */
export function peopleChanged({ activity, queue }: Services, eventId: string): void {
  activity.publish({ kind: "people", eventId });
  queue.regroup(eventId);
}

/** Waits for a human's decision to be stored, and says how to undo it. */
export async function afterDeciding(services: Services, eventId: string, decision: Promise<Decided>) {
  const { actionId, personId = null } = await decision;
  peopleChanged(services, eventId);
  return { actionId, personId };
}
