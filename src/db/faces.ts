import { type Kysely, type Selectable, sql } from "kysely";
import type { EventFaces, FaceCounts, FaceStore, StoredFace } from "../domain/ports.ts";
import { assignFaces } from "./assignments.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { boxOf } from "./face-rows.ts";
import { Remembered } from "./remembered.ts";
import { revisionOf, stateOf } from "./revision.ts";
import type { Schema } from "./schema.ts";

/** Rows read at a time; decrypting so many takes some 30 ms, after which other work gets its turn. */
const pageSize = 2000;

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
  return {
    revision: (eventId) => revisionOf(db, eventId),

    load: (eventId, pipelineId) => loadFaces(db, cipher, eventId, pipelineId),

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
        await assignFaces(tx, eventId, assignments);
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

async function loadFaces(
  db: Kysely<Schema>,
  cipher: EmbeddingCipher,
  eventId: string,
  pipelineId: string,
): Promise<EventFaces> {
  const ofPipeline = db.selectFrom("faces").where("event_id", "=", eventId).where("pipeline_id", "=", pipelineId);
  const { revision, decided } = await stateOf(db, eventId);
  const { total } = await ofPipeline.select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
  const ids: string[] = [];
  const photoIds: string[] = [];
  const personIds: (string | null)[] = [];
  const qualities = new Float32Array(total);
  const boxes = new Float32Array(total * 4);
  let vectors = new Float32Array(0);
  let dimension = 0;
  // Faces that others add or remove meanwhile make the revision outdated, so those beyond the total can be left out.
  while (ids.length < total) {
    const page = await ofPipeline
      .select(["id", "photo_id", "person_id", "x1", "y1", "x2", "y2", "quality", "embedding"])
      .where("id", ">", ids.at(-1) ?? "")
      .orderBy("id")
      .limit(Math.min(pageSize, total - ids.length))
      .execute();
    if (page.length === 0) break;
    for (const row of page) {
      const vector = cipher.decrypt(row.embedding, { eventId, faceId: row.id, pipelineId });
      if (vectors.length === 0) {
        dimension = vector.length;
        vectors = new Float32Array(total * dimension);
      }
      const i = ids.push(row.id) - 1;
      photoIds.push(row.photo_id);
      personIds.push(row.person_id);
      qualities[i] = row.quality;
      boxes.set(boxOf(row), i * 4);
      vectors.set(vector, i * dimension);
    }
  }
  const count = ids.length;
  return {
    revision,
    decided,
    pipelineId,
    ids,
    photoIds,
    personIds,
    dimension,
    qualities: qualities.subarray(0, count),
    boxes: boxes.subarray(0, count * 4),
    vectors: vectors.subarray(0, count * dimension),
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
