import { type Kysely, sql } from "kysely";
import type { PersonStore, StoredPerson } from "../domain/ports.ts";
import { actionQueries } from "./actions.ts";
import { boxOf } from "./face-rows.ts";
import { Remembered } from "./remembered.ts";
import type { Schema } from "./schema.ts";

/** People that a name or the start of an id may fit before it is called ambiguous. */
const enoughToChoose = 5;

/** @param flushErased has what was deleted leave the database's files */
export function personStore(db: Kysely<Schema>, flushErased: () => Promise<void>): PersonStore {
  /** People with their numbers, best known first. They are counted before anything else is looked up for each. */
  const withFaces = (eventId: string, ids?: readonly string[] | ReturnType<typeof idsOf>) =>
    db
      .selectFrom(
        db
          .selectFrom("faces")
          .select(["person_id", sql<number>`count(*)`.as("faces"), sql<number>`count(distinct photo_id)`.as("photos")])
          .where("event_id", "=", eventId)
          .where("person_id", "is not", null)
          .$if(ids !== undefined, (query) => query.where("person_id", "in", ids ?? []))
          .groupBy("person_id")
          .as("counted"),
      )
      .innerJoin("people", "people.id", "counted.person_id")
      .select(({ selectFrom }) => [
        "people.id",
        "people.name",
        "counted.faces",
        "counted.photos",
        selectFrom("faces as best")
          .select("best.id")
          .whereRef("best.event_id", "=", "people.event_id")
          .whereRef("best.person_id", "=", "people.id")
          .orderBy("best.quality", "desc")
          .orderBy("best.id")
          .limit(1)
          .as("best_face_id"),
      ])
      .where("people.event_id", "=", eventId)
      .orderBy("counted.photos", "desc")
      .orderBy("counted.faces", "desc")
      .orderBy("people.id");

  /** Of these people, those who have faces; more than `enoughToChoose` are not asked for. */
  const chosen = async (eventId: string, ids: readonly string[] | ReturnType<typeof idsOf>) =>
    await withCovers(eventId, await withFaces(eventId, ids).limit(enoughToChoose).execute());

  /** Shown by the faces that were chosen, where they are still theirs. */
  const withCovers = async (eventId: string, rows: readonly PersonRow[]): Promise<StoredPerson[]> => {
    const covers = await db
      .selectFrom("person_covers as chosen")
      // In this order: most people have none, and looking for them face by face takes as long as the event is large.
      .crossJoin("faces")
      .whereRef("faces.event_id", "=", "chosen.event_id")
      .whereRef("faces.photo_id", "=", "chosen.photo_id")
      .whereRef("faces.person_id", "=", "chosen.person_id")
      .select(["chosen.person_id", "faces.id"])
      .where("chosen.event_id", "=", eventId)
      // A mirror shows a person twice: the better face is read last, and stays.
      .orderBy("faces.quality")
      .execute();
    const chosenFaces = new Map(covers.map((row) => [row.person_id, row.id]));
    return rows.map((row) => toStoredPerson(row, chosenFaces.get(row.id)));
  };

  const idsOf = (eventId: string) => db.selectFrom("people").select("id").where("event_id", "=", eventId);

  const namesOf = async (eventId: string) =>
    await idsOf(eventId).select("name").where("name", "is not", null).execute();

  /** Ids of people with that name in any case. The database knows capitals of English alone. */
  const namedLike = async (eventId: string, name: string) =>
    (await namesOf(eventId))
      .filter((row) => row.name !== null && caseless(row.name) === caseless(name))
      .map(({ id }) => id);

  const lists = new Remembered<readonly PersonRow[]>();

  return {
    ...actionQueries(db, flushErased),

    async list(eventId, limit) {
      const all = await lists.get(db, eventId, () => withFaces(eventId).execute());
      return await withCovers(eventId, limit === undefined ? all : all.slice(0, limit));
    },

    async find(eventId, idOrName) {
      const exact = await chosen(
        eventId,
        idsOf(eventId).where((where) => where.or([where("id", "=", idOrName), where("name", "=", idOrName)])),
      );
      if (exact.length > 0) return exact;
      const sameLetters = await namedLike(eventId, idOrName);
      if (sameLetters.length > 0) return await chosen(eventId, sameLetters);
      return await chosen(eventId, idsOf(eventId).where("id", ">=", idOrName).where("id", "<", `${idOrName}~`));
    },

    async setCover(eventId, personId, photoId) {
      await db.transaction().execute(async (tx) => {
        await tx
          .deleteFrom("person_covers")
          .where("event_id", "=", eventId)
          .where("person_id", "=", personId)
          .execute();
        if (photoId === null) return;
        await tx
          .insertInto("person_covers")
          .values({ event_id: eventId, person_id: personId, photo_id: photoId })
          .execute();
      });
    },

    async names(eventId) {
      const rows = await namesOf(eventId);
      return new Map(rows.flatMap((row) => (row.name === null ? [] : [[row.id, row.name]])));
    },

    async decisions(eventId) {
      const rows = await db
        .selectFrom("decisions")
        .selectAll()
        .where("event_id", "=", eventId)
        .orderBy("seq")
        .execute();
      return rows.map((row) => ({
        photoId: row.photo_id,
        box: boxOf(row),
        verdict: row.verdict,
        personId: row.person_id,
      }));
    },
  };
}

interface PersonRow {
  readonly id: string;
  readonly name: string | null;
  readonly faces: number;
  readonly photos: number;
  readonly best_face_id: string | null;
}

function toStoredPerson({ id, name, faces, photos, best_face_id: best }: PersonRow, chosen?: string): StoredPerson {
  const bestFaceId = best ?? "";
  return { id, name, faces, photos, bestFaceId, coverFaceId: chosen ?? bestFaceId };
}

/** Upper case first: it makes "SS" of a "ß", as people do. */
function caseless(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase();
}
