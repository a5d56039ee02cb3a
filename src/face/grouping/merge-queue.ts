/** Two clusters that could become one. */
export interface Merge {
  readonly score: number;
  /** Roots of the clusters, the smaller number first. */
  readonly a: number;
  readonly b: number;
  /** Tells whether a cluster has changed since. */
  readonly stamp: number;
}

/** Hands out merges by descending score, equals by ascending roots: a binary heap. */
export class MergeQueue {
  readonly #heap: Merge[] = [];

  push(merge: Merge): void {
    const heap = this.#heap;
    let at = heap.push(merge) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || !precedes(merge, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = merge;
  }

  pop(): Merge | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const moved = heap.pop();
    if (!moved || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      const right = heap[child + 1];
      if (below && right && precedes(right, below)) {
        below = right;
        child++;
      }
      if (!below || !precedes(below, moved)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = moved;
    return top;
  }
}

function precedes(x: Merge, y: Merge): boolean {
  if (x.score !== y.score) return x.score > y.score;
  return x.a !== y.a ? x.a < y.a : x.b < y.b;
}
