/** What other processes add or take away is noticed after this long. */
const validMs = 10_000;

/** Sums that take long to compute and change with every photo that comes in: kept for a while, and added to. */
export class RunningTotals {
  readonly #totals = new Map<string, { total: number; readonly until: number }>();

  get(eventId: string): number | undefined {
    const known = this.#totals.get(eventId);
    return known !== undefined && known.until > performance.now() ? known.total : undefined;
  }

  set(eventId: string, total: number): void {
    this.#totals.set(eventId, { total, until: performance.now() + validMs });
  }

  add(eventId: string, amount: number): void {
    const known = this.#totals.get(eventId);
    if (known !== undefined) known.total += amount;
  }

  forget(eventId: string): void {
    this.#totals.delete(eventId);
  }
}
