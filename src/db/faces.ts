import { type Kysely, type Selectable, sql } from "kysely";
import type { FaceCounts, FaceStore, StoredFace } from "../domain/ports.ts";
import { assignFaces } from "./assignments.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { FaceLoader } from "./face-loader.ts";
import { boxOf } from "./face-rows.ts";
import { packedRows } from "./packed-rows.ts";
import { Remembered } from "./remembered.ts";
import { revisionOf, stateOf } from "./revision.ts";
import type { Schema } from "./schema.ts";

const withoutEmbedding = [
  "id",
  "photo_id",
  "person_id",
  "x1",
  "y1",
  "x2",
  "y2",
  "landmarks",
  "score",
  "quality_details",
] as const;

export function faceStore(db: Kysely<Schema>, cipher: EmbeddingCipher): FaceStore {
  const counts = new Remembered<FaceCounts>();
  const loader = new FaceLoader(db, cipher);
  return {
    revision: (eventId) => revisionOf(db, eventId),

    load: (eventId, pipelineId) => loader.load(eventId, pipelineId),

    forget: (eventId) => loader.forget(eventId),

    async get(eventId, faceIds) {
      if (faceIds.length === 0) return [];
      const rows = await db
        .selectFrom("faces")
        .select(withoutEmbedding)
        .where("event_id", "=", eventId)
        .where("id", "in", faceIds)
        .execute();
      return rows.map(toStoredFace);
    },

    async ofPerson(eventId, personId) {
      const rows = await db
        .selectFrom("faces")
        .select(withoutEmbedding)
        .where("event_id", "=", eventId)
        .where("person_id", "=", personId)
        .orderBy("quality", "desc")
        .orderBy("id")
        .execute();
      return rows.map(toStoredFace);
    },

    async ofPhoto(eventId, photoId) {
      const rows = await db
        .selectFrom("faces")
        .select(withoutEmbedding)
        .where("event_id", "=", eventId)
        .where("photo_id", "=", photoId)
        .orderBy(sql`(x2 - x1) * (y2 - y1)`, "desc")
        .orderBy("id")
        .execute();
      return rows.map(toStoredFace);
    },

    counts: (eventId) => counts.get(db, eventId, () => countFaces(db, eventId)),

    async grouping(eventId) {
      const row = await db
        .selectFrom("events")
        .select("grouped_by")
        .where("id", "=", eventId)
        .whereRef("grouped_revision", "=", "revision")
        .executeTakeFirst();
      return row?.grouped_by ?? undefined;
    },

    assign: (eventId, { revision, grouping, decided }, assignments) =>
      db.transaction().execute(async (tx) => {
        const now = await stateOf(tx, eventId);
        if (decided === undefined ? now.revision !== revision : now.decided !== decided) return false;
        const assigned = await packedRows<readonly [string, string | null]>(
          tx,
          sql`id, person_id`,
          sql`faces where event_id = ${eventId}`,
        );
        const personOf = new Map(assigned);
        // While photos come in, most faces stay with whom they are, and writing takes a hundred times as long as reading.
        const changed = assignments.filter(({ faceId, personId }) => personOf.get(faceId) !== personId);
        await assignFaces(tx, eventId, changed);
        await removeForgottenPeople(tx, eventId);
        await tx
          .updateTable("events")
          .set((column) => ({
            grouped_revision: revision,
            grouped_by: grouping,
            assigned: column("assigned", "+", 1),
          }))
          .where("id", "=", eventId)
          .execute();
        return true;
      }),
  };
}

async function countFaces(db: Kysely<Schema>, eventId: string): Promise<FaceCounts> {
  const pipelines = await db
    .selectFrom("faces")
    .select(["pipeline_id", sql<number>`count(*)`.as("faces")])
    .where("event_id", "=", eventId)
    .groupBy("pipeline_id")
    .execute();
  const { people, seen_once } = await db
    .selectFrom((from) =>
      from
        .selectFrom("faces")
        .select(sql<number>`count(*)`.as("faces"))
        .where("event_id", "=", eventId)
        .where("person_id", "is not", null)
        .groupBy("person_id")
        .as("person"),
    )
    .select([sql<number>`count(*)`.as("people"), sql<number>`coalesce(sum(person.faces = 1), 0)`.as("seen_once")])
    .executeTakeFirstOrThrow();
  return {
    faces: pipelines.reduce((sum, row) => sum + row.faces, 0),
    people,
    seenOnce: seen_once,
    byPipeline: new Map(pipelines.map((row) => [row.pipeline_id, row.faces])),
  };
}

async function removeForgottenPeople(db: Kysely<Schema>, eventId: string): Promise<void> {
  await db
    .deleteFrom("people")
    .where("event_id", "=", eventId)
    .where("name", "is", null)
    .where(({ and, not, exists, selectFrom }) =>
      and(
        (["faces", "decisions"] as const).map((table) =>
          not(
            exists(
              selectFrom(table)
                .select(`${table}.photo_id`)
                .whereRef(`${table}.event_id`, "=", "people.event_id")
                .whereRef(`${table}.person_id`, "=", "people.id"),
            ),
          ),
        ),
      ),
    )
    .execute();
}

type FaceRow = Pick<Selectable<Schema["faces"]>, (typeof withoutEmbedding)[number]>;

function toStoredFace(row: FaceRow): StoredFace {
  return {
    id: row.id,
    photoId: row.photo_id,
    personId: row.person_id,
    box: boxOf(row),
    landmarks: JSON.parse(row.landmarks),
    score: row.score,
    quality: JSON.parse(row.quality_details),
  };
}
