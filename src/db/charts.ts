import { type Kysely, sql } from "kysely";
import type { ChartStore } from "../domain/ports.ts";
import type { Schema } from "./schema.ts";

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;

export function chartStore(db: Kysely<Schema>): ChartStore {
  return {
    async photosOverTime(eventId) {
      return await photosBy(db, eventId, "taken_at", hourMs);
    },

    async ingestSpeed(eventId) {
      return await photosBy(db, eventId, "looked_at", minuteMs);
    },

    async together(eventId, limit) {
      const { rows } = await sql<{ a: string; b: string; photos: number }>`
        select one.person_id as a, other.person_id as b, count(distinct one.photo_id) as photos
        from faces one join faces other
          on other.event_id = one.event_id and other.photo_id = one.photo_id and other.person_id > one.person_id
        where one.event_id = ${eventId}
        group by a, b order by photos desc, a, b limit ${limit}`.execute(db);
      return rows.map(({ a, b, photos }) => ({ people: [a, b], photos }));
    },

    async photosPerPerson(eventId) {
      const { rows } = await sql<{ photos: number; people: number }>`
        select photos, count(*) as people from (
          select count(distinct photo_id) as photos from faces
          where event_id = ${eventId} and person_id is not null group by person_id)
        group by photos order by photos`.execute(db);
      return rows;
    },

    async faceQualities(eventId, bins) {
      const { rows } = await sql<{ bin: number; count: number }>`
        select min(${bins - 1}, cast(quality * ${bins} as integer)) as bin, count(*) as count
        from faces where event_id = ${eventId} group by bin`.execute(db);
      return filled(rows, bins);
    },

    async matchConfidences(eventId, bins, least = 0) {
      const { rows } = await sql<{ bin: number; count: number }>`
        select min(${bins - 1}, cast(confidence * ${bins} as integer)) as bin, count(*) as count
        from guest_photos
          join guests on guests.id = guest_photos.guest_id
          join guest_links on guest_links.id = guests.link_id
        where guest_links.event_id = ${eventId} and confidence >= ${least} group by bin`.execute(db);
      return filled(rows, bins);
    },
  };
}

async function photosBy(db: Kysely<Schema>, eventId: string, time: "taken_at" | "looked_at", unitMs: number) {
  const column = sql.ref(time);
  // Parameters are real numbers to SQLite, whose quotients have fractions.
  const { rows } = await sql<{ unit: number; photos: number }>`
    select cast(${column} / ${unitMs} as integer) as unit, count(*) as photos from photos
    where event_id = ${eventId} and ${column} is not null
    group by unit order by unit`.execute(db);
  return rows.map(({ unit, photos }) => ({ at: new Date(unit * unitMs), photos }));
}

function filled(rows: readonly { readonly bin: number; readonly count: number }[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const { bin, count } of rows) counts[bin] = count;
  return counts;
}
