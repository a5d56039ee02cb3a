import type { Calibration } from "../calibration.ts";
import type { GroupableFace } from "../cluster.ts";
import type { NeighbourLists } from "./neighbours.ts";
import type { Partition } from "./partition.ts";

/** What an algorithm works on. It joins faces in the partition; what is forbidden there it cannot do. */
export interface GroupingInput {
  /** Sorted by id; their positions are the first items of the partition. */
  readonly faces: readonly GroupableFace[];
  readonly neighbours: NeighbourLists;
  /** What is together from the beginning, and what must stay apart. */
  readonly partition: Partition;
  readonly calibration: Calibration;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Below this quality, the share of its similarity that a face keeps, faces join people but never found or connect them.
 */
export const poorQuality = 0.4;

/** Log odds that some two of so many people, or groups, are one: each might be any of the others. */
export function onePersonLogOdds(people: number): number {
  return -Math.log(Math.max(1, people));
}
