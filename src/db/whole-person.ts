import type { FaceRow, Past } from "./past.ts";

export interface WholePerson {
  /** The person's id, and those they had before. */
  readonly people: readonly string[];
  readonly faces: readonly FaceRow[];
}

/** Everything that is one person by what humans decided: also faces that were ignored, and ids that nobody has any more. */
export function wholePerson(past: Past, personId: string): WholePerson {
  const owners = ownersOf(past);
  const people = new Set([personId]);
  const facesOf = () => past.faces.filter(({ id }) => people.has(owners.get(id) ?? ""));
  // Each id may lead to more faces, and each face to more ids.
  for (let known = 0; known < people.size; ) {
    known = people.size;
    const faceIds = new Set(facesOf().map(({ id }) => id));
    for (const id of [...mergedInto(past, owners, people), ...endedIn(past, faceIds)]) people.add(id);
  }
  return { people: [...people], faces: facesOf() };
}

/** Whose each face is, or was when somebody ignored it. */
function ownersOf({ faces, actions }: Past): ReadonlyMap<string, string> {
  const last = new Map<string, string>();
  for (const { undone, change, faceIds } of actions) {
    if (undone) continue;
    for (const [i, [, before, after]] of change.faces.entries()) {
      const [faceId, owner] = [faceIds[i], after ?? before];
      if (faceId !== undefined && owner !== null) last.set(faceId, owner);
    }
  }
  return new Map(
    faces.flatMap(({ id, person_id }) => {
      const owner = person_id ?? last.get(id);
      return owner === undefined ? [] : [[id, owner] as const];
    }),
  );
}

const joining: ReadonlySet<string> = new Set(["merge", "move", "split"]);

/** Those who have no face and no name any more, and whose faces went to or came from one of these people. */
function mergedInto(
  { actions, named }: Past,
  owners: ReadonlyMap<string, string>,
  people: ReadonlySet<string>,
): readonly string[] {
  const somebody = new Set([...owners.values(), ...named]);
  return actions
    .filter(
      ({ undone, kind, people: together }) => !undone && joining.has(kind) && together.some((id) => people.has(id)),
    )
    .flatMap(({ people: together }) => together)
    .filter((id) => !somebody.has(id));
}

/** Those who have no face any more, and whose last ones, when they were given to somebody else, are all among these. */
function endedIn({ faces, actions, confirmed }: Past, faceIds: ReadonlySet<string>): readonly string[] {
  const shown = new Set(faces.map((face) => face.person_id));
  const ends = new Map<string, { readonly seq: number; readonly faceIds: string[] }>();
  for (const { seq, kind, undone, change, faceIds: now } of actions) {
    if (undone) continue;
    for (const [i, [, before]] of change.faces.entries()) {
      if (before === null) continue;
      const known = ends.get(before);
      const end = known?.seq === seq ? known : { seq, faceIds: [] };
      ends.set(before, end);
      const id = now[i];
      // Whoever gets a face because it is not this person's is not this person.
      if (id !== undefined && kind !== "not-this-person") end.faceIds.push(id);
    }
  }
  return [...ends].flatMap(([id, end]) => {
    if (shown.has(id) || confirmed.has(id) || end.faceIds.length === 0) return [];
    return end.faceIds.every((faceId) => faceIds.has(faceId)) ? [id] : [];
  });
}
