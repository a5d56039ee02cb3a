interface Point {
  readonly photos: number;
  readonly people: number;
}

/** People who are in so many photos, from the first to the last of these numbers. */
interface Step {
  readonly first: number;
  readonly last: number;
  readonly people: number;
}

/** More columns than this are thinner than can be told apart. */
const mostColumns = 60;

const roundSpans = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const;

/** Steps of the same number of photos each, also those that nobody is in, so that a gap looks like one. */
export function coverageSteps(points: readonly Point[]): readonly Step[] {
  const most = Math.max(0, ...points.map(({ photos }) => photos));
  const span = roundSpans.find((one) => most / one <= mostColumns) ?? most;
  return Array.from({ length: Math.ceil(most / span) }, (_, index) => {
    const [first, last] = [index * span + 1, (index + 1) * span];
    const inside = points.filter(({ photos }) => photos >= first && photos <= last);
    return { first, last, people: inside.reduce((sum, { people }) => sum + people, 0) };
  });
}
