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
 * Below this quality, the share of its similarity that a face keeps, faces join people but never found or connect them: they
 * resemble each other more than strangers do. On 1,522 faces of 330 people of LFW, half-hidden ones in the background
 * included, 0.4 made one person of 30 strangers (BCubed precision 95.7 %, recall 98.7 %); at 0.65 they are 98.4 % and 98.7 %.
 */
export const poorQuality = 0.65;

/** Log odds that some two of so many people, or groups, are one: each might be any of the others. */
export function onePersonLogOdds(people: number): number {
  return -Math.log(Math.max(1, people));
}
