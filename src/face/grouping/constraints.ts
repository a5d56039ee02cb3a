import type { GroupingConstraints } from "../cluster.ts";
import { FaceError } from "../errors.ts";
import { Partition } from "./partition.ts";

/**
 * What people have said, as a partition of the faces: those declared together are joined, those apart can't be.
 * A face that is no longer there still ties those that were declared one person with it.
 *
 * @param ids of the faces; their positions are the first items of the partition, faces no longer there follow
 * @throws FaceError OPTION_INVALID when two faces are declared, perhaps by way of others, both together and apart
 */
export function applyConstraints(ids: readonly string[], constraints: GroupingConstraints): Partition {
  const together = constraints.together ?? [];
  const apart = constraints.apart ?? [];
  const people = constraints.people ?? [];
  const items = new Map(ids.map((id, item) => [id, item]));
  const itemOf = (id: string): number => {
    const item = items.get(id) ?? items.size;
    items.set(id, item);
    return item;
  };
  const joined = together.map(([a, b]) => [itemOf(a), itemOf(b)] as const);
  const separated = apart.map(([a, b]) => [itemOf(a), itemOf(b)] as const);
  const owned = people.map((faces) => faces.map(itemOf));
  const partition = new Partition(items.size);
  for (const [a, b] of joined) partition.join(a, b);
  for (const [i, faces] of owned.entries()) {
    for (const [j, face] of faces.entries()) {
      if (partition.own(face, i) && partition.join(faces[0] ?? face, face) !== undefined) continue;
      throw contradiction(`The face ${people[i]?.[j]} has`);
    }
  }
  for (const [i, [a, b]] of separated.entries()) {
    if (!partition.separate(a, b)) throw contradiction(`The faces ${apart[i]?.join(" and ")} have`);
  }
  return partition;
}

function contradiction(what: string): FaceError {
  return new FaceError(
    "OPTION_INVALID",
    `${what} been declared one person and also different people, so no grouping can satisfy both. Take back one of the two.`,
  );
}
