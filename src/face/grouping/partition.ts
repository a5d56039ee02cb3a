/**
 * Disjoint sets of the items 0 to count - 1 of which some must never come together.
 * Union by size with path halving; every item is in one set.
 */
export class Partition {
  readonly #parents: Int32Array;
  readonly #sizes: Int32Array;
  /** For the root of a set: roots of the sets it must not join. Absent means none. */
  readonly #enemies = new Map<number, Set<number>>();
  /** For the root of a set: whose it is. Sets of different owners must not join. Absent means nobody's yet. */
  readonly #owners = new Map<number, number>();

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, i) => i);
    this.#sizes = new Int32Array(count).fill(1);
  }

  /** Number of items. */
  get count(): number {
    return this.#parents.length;
  }

  /** The item that stands for the set this item is in. */
  find(item: number): number {
    let current = item;
    for (;;) {
      const parent = this.#parents[current] ?? current;
      if (parent === current) return current;
      const grandparent = this.#parents[parent] ?? parent;
      this.#parents[current] = grandparent;
      current = grandparent;
    }
  }

  size(item: number): number {
    return this.#sizes[this.find(item)] ?? 0;
  }

  /** True when nothing forbids that both are in one set, or they already are. */
  mayJoin(a: number, b: number): boolean {
    const [rootA, rootB] = [this.find(a), this.find(b)];
    const [ownerA, ownerB] = [this.#owners.get(rootA), this.#owners.get(rootB)];
    if (ownerA !== undefined && ownerB !== undefined && ownerA !== ownerB) return false;
    return !this.#enemies.get(rootA)?.has(rootB);
  }

  /** Makes one set of two. Returns the item that stands for it, or undefined when that is forbidden. */
  join(a: number, b: number): number | undefined {
    const rootA = this.find(a);
    const rootB = this.find(b);
    if (rootA === rootB) return rootA;
    if (!this.mayJoin(rootA, rootB)) return undefined;
    const [kept, gone] = this.size(rootA) >= this.size(rootB) ? [rootA, rootB] : [rootB, rootA];
    this.#parents[gone] = kept;
    this.#sizes[kept] = (this.#sizes[kept] ?? 0) + (this.#sizes[gone] ?? 0);
    for (const enemy of this.#enemies.get(gone) ?? []) {
      this.#enemies.get(enemy)?.delete(gone);
      this.#declareEnemies(kept, enemy);
    }
    this.#enemies.delete(gone);
    const owner = this.#owners.get(gone);
    if (owner !== undefined) this.#owners.set(kept, owner);
    this.#owners.delete(gone);
    return kept;
  }

  /** Makes the item's set that owner's. Returns false when it is another one's. */
  own(item: number, owner: number): boolean {
    const root = this.find(item);
    const known = this.#owners.get(root) ?? owner;
    this.#owners.set(root, known);
    return known === owner;
  }

  /** Forbids that both come into one set. Returns false when they are in one already. */
  separate(a: number, b: number): boolean {
    const rootA = this.find(a);
    const rootB = this.find(b);
    if (rootA === rootB) return false;
    this.#declareEnemies(rootA, rootB);
    return true;
  }

  /** The sets, each ascending, ordered by their smallest item. */
  sets(): number[][] {
    const sets = new Map<number, number[]>();
    for (let item = 0; item < this.#parents.length; item++) {
      const root = this.find(item);
      const members = sets.get(root);
      if (members) members.push(item);
      else sets.set(root, [item]);
    }
    return [...sets.values()];
  }

  #declareEnemies(a: number, b: number): void {
    this.#enemies.set(a, (this.#enemies.get(a) ?? new Set()).add(b));
    this.#enemies.set(b, (this.#enemies.get(b) ?? new Set()).add(a));
  }
}
