/**
 * Maps with up to `concurrency` calls under way, and yields the results in the order of the items, as they come. No
 * more than `concurrency` results are ever held. A rejection ends it, after the calls under way have settled.
 */
export async function* mapInOrder<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, void> {
  const underWay: Promise<Result>[] = [];
  try {
    for (const item of items) {
      const started = map(item);
      // Its rejection is seen when its turn comes; until then it must not count as unhandled.
      started.catch(() => {});
      underWay.push(started);
      if (underWay.length >= concurrency) {
        const first = underWay.shift();
        if (first !== undefined) yield await first;
      }
    }
    for (let first = underWay.shift(); first !== undefined; first = underWay.shift()) yield await first;
  } finally {
    await Promise.allSettled(underWay);
  }
}
