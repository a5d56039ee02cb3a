import type { FoundFace, Retrieval } from "./score.ts";

/** What went wrong, for whoever wants to know why: mixed and split groups, and wrong matches. */
export function listMistakes(
  found: readonly FoundFace[],
  groups: ReadonlyMap<string, string>,
  searches: { readonly invited: readonly Retrieval[]; readonly strangers: readonly Retrieval[] },
): string {
  const lines: string[] = [];
  const groupOf = (face: FoundFace) => groups.get(face.id) ?? face.id;
  for (const [group, faces] of groupBy(found, groupOf)) {
    const people = groupBy(faces, personOf);
    if (people.size > 1) lines.push(`${group} mixes ${people.size} people:`, ...faces.map(about));
  }
  const known = found.filter((face) => face.truth !== undefined);
  for (const [person, faces] of groupBy(known, personOf)) {
    const parts = [...groupBy(faces, groupOf).values()].sort((a, b) => b.length - a.length);
    if (parts.length > 1) lines.push(`${person} is in ${parts.length} groups; outside the largest:`);
    lines.push(...parts.slice(1).flat().map(about));
  }
  const inPhoto = groupBy(known, (face) => face.photoId);
  for (const { person, returned } of searches.invited) {
    const wrong = returned.filter((photoId) => !inPhoto.get(photoId)?.some((face) => personOf(face) === person));
    if (wrong.length > 0) lines.push(`${person} is taken for somebody in ${wrong.join(", ")}`);
  }
  for (const { person, returned } of searches.strangers) {
    if (returned.length > 0) lines.push(`stranger ${person} is taken for somebody in ${returned.join(", ")}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function personOf(face: FoundFace): string {
  return face.truth?.image.person ?? `stray ${face.id}`;
}

function about(found: FoundFace): string {
  const { box, quality } = found.face;
  const picture = found.truth === undefined ? "" : `/${found.truth.image.number}`;
  const width = Math.round(box[2] - box[0]);
  return `  ${found.id} ${personOf(found)}${picture}, ${width} px wide, quality ${quality.score.toFixed(2)}`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
