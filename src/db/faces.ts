import { type Kysely, type Selectable, sql } from "kysely";
import { eventGone, type FaceCounts, type FaceStore, type StoredFace } from "../domain/ports.ts";
import { assignFaces } from "./assignments.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { FaceLoader } from "./face-loader.ts";
import { boxOf } from "./face-rows.ts";
import { Remembered } from "./remembered.ts";
import { stateOf } from "./revision.ts";
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
    index: (eventId, pipelineId) => loader.index(eventId, pipelineId),

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

    assign: (eventId, { state, grouping, whileGrowing = false }, assignments) =>
      db.transaction().execute(async (tx) => {
        const now = await stateOf(tx, eventId);
        if (now.decided !== state.decided || now.assigned !== state.assigned) return false;
        if (now.revision !== state.revision && !(whileGrowing && now.revision !== eventGone)) return false;
        await assignFaces(tx, eventId, assignments);
        await removeForgottenPeople(tx, eventId);
        await tx
          .updateTable("events")
          .set((column) => ({
            grouped_revision: state.revision,
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
