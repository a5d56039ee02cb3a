import type { Transaction } from "kysely";
import type { Assignment } from "../domain/ports.ts";
import type { Schema } from "./schema.ts";

/** Ids in one statement; SQLite takes 32,766 parameters. */
const idsAtOnce = 1000;

/** Gives faces to people, who are made when they are new. */
export async function assignFaces(
  tx: Transaction<Schema>,
  eventId: string,
  assignments: readonly Assignment[],
): Promise<void> {
  for (const [personId, faceIds] of byPerson(assignments)) {
    if (personId !== null) {
      await tx
        .insertInto("people")
        .values({ event_id: eventId, id: personId, name: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    for (let i = 0; i < faceIds.length; i += idsAtOnce) {
      await tx
        .updateTable("faces")
        .set({ person_id: personId })
        .where("event_id", "=", eventId)
        .where("id", "in", faceIds.slice(i, i + idsAtOnce))
        .execute();
    }
  }
}

function byPerson(assignments: readonly Assignment[]): Map<string | null, string[]> {
  const people = new Map<string | null, string[]>();
  for (const { personId, faceId } of assignments) {
    const faceIds = people.get(personId);
    if (faceIds) faceIds.push(faceId);
    else people.set(personId, [faceId]);
  }
  return people;
}
