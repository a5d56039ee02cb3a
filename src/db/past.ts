import type { Selectable, Transaction } from "kysely";
import { findSameFace } from "../domain/same-face.ts";
import type { Change, Detail } from "./action-change.ts";
import { boxOf } from "./face-rows.ts";
import type { Schema } from "./schema.ts";

type Place = "photo_id" | "x1" | "y1" | "x2" | "y2";
export type FaceRow = Pick<Selectable<Schema["faces"]>, "id" | "person_id" | Place>;
type DecisionRow = Pick<Selectable<Schema["decisions"]>, "verdict" | "person_id" | "action_id" | "moved" | Place>;

export interface PastAction {
  readonly seq: number;
  readonly kind: Schema["actions"]["kind"];
  readonly undone: boolean;
  readonly people: readonly string[];
  readonly change: Change;
  /** What the faces of the change are called now, each at its index; undefined when it is not there. */
  readonly faceIds: readonly (string | undefined)[];
}

/** An event's faces, and all that was done about them, the earliest first. */
export interface Past {
  readonly faces: readonly FaceRow[];
  readonly actions: readonly PastAction[];
  /** People who some face is said to be of, and nobody said otherwise since. */
  readonly confirmed: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
}

export async function readPast(tx: Transaction<Schema>, eventId: string): Promise<Past> {
  const faces = await tx
    .selectFrom("faces")
    .select(["id", "person_id", "photo_id", "x1", "y1", "x2", "y2"])
    .where("event_id", "=", eventId)
    .execute();
  const actions = await tx
    .selectFrom("actions")
    .select(["seq", "id", "kind", "undone_at", "before", "detail"])
    .where("event_id", "=", eventId)
    .orderBy("seq")
    .execute();
  const decisions = await tx
    .selectFrom("decisions")
    .select(["verdict", "person_id", "action_id", "moved", "photo_id", "x1", "y1", "x2", "y2"])
    .where("event_id", "=", eventId)
    .orderBy("seq")
    .execute();
  const named = await tx
    .selectFrom("people")
    .select("id")
    .where("event_id", "=", eventId)
    .where("name", "is not", null)
    .execute();
  const placesOf = grouped(
    decisions.filter(({ moved }) => moved === 1),
    (row) => row.action_id,
  );
  const nameNow = namesNow(faces);
  return {
    faces,
    actions: actions.map((row) => {
      const { people }: Detail = JSON.parse(row.detail);
      const change: Change = JSON.parse(row.before);
      const faceIds = nameNow(change, placesOf.get(row.id) ?? []);
      return { seq: row.seq, kind: row.kind, undone: row.undone_at !== null, people, change, faceIds };
    }),
    confirmed: confirmedPeople(decisions),
    named: new Set(named.map(({ id }) => id)),
  };
}

/** A face has another id once its photo was looked at with other models; then it is told by its place. */
function namesNow(faces: readonly FaceRow[]) {
  const ids = new Set(faces.map(({ id }) => id));
  const inPhoto = grouped(faces, (face) => face.photo_id);
  return (change: Change, places: readonly DecisionRow[]): (string | undefined)[] =>
    change.faces.map(([id], i) => {
      if (ids.has(id)) return id;
      // An action stores a decision for each face that it moves, in the same order.
      const place = places.length === change.faces.length ? places[i] : undefined;
      return place && findSameFace(boxOf(place), inPhoto.get(place.photo_id) ?? [], boxOf)?.id;
    });
}

function confirmedPeople(decisions: readonly DecisionRow[]): Set<string> {
  const latest = new Map<string, DecisionRow[]>();
  for (const row of decisions) {
    const others = latest.get(row.photo_id) ?? [];
    const same = findSameFace(boxOf(row), others, boxOf);
    latest.set(row.photo_id, [...others.filter((other) => other !== same), row]);
  }
  const standing = [...latest.values()].flat();
  return new Set(standing.flatMap(({ verdict, person_id: id }) => (verdict === "is" && id !== null ? [id] : [])));
}

function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
