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
 * Below this quality, the share of its similarity that a face keeps, faces join people but never found or connect them: half
 * hidden, they resemble each other more than strangers do. On 1,317 faces of 330 people of LFW and of 214 strangers in the
 * background, BCubed precision and recall are 98.8 and 99.2 % at 0.45, 98.6 and 99.3 % here, 98.4 and 99.3 % at 0.75; on event
 * photos (seed 1) everything from 0.5 to 0.72 is alike, and 0.8 costs 0.3 points of both.
 */
export const poorQuality = 0.55;

/** Log odds that some two of so many people, or groups, are one: each might be any of the others. */
export function onePersonLogOdds(people: number): number {
  return -Math.log(Math.max(1, people));
}
