/**
 * The place where a function of a few variables is smallest, by the simplex method of Nelder and Mead (1965) with
 * its usual coefficients. Finds a local minimum; the function need not have derivatives.
 *
 * @param start where to begin
 * @param step how far apart the first corners are, per variable
 */
export function minimise(
  value: (at: readonly number[]) => number,
  start: readonly number[],
  step: readonly number[],
  rounds = 4000,
): number[] {
  const corner = (at: readonly number[]) => ({ at: [...at], value: value(at) });
  let simplex = [
    corner(start),
    ...start.map((_, i) => corner(start.map((x, j) => (i === j ? x + (step[i] ?? 1) : x)))),
  ];
  for (let round = 0; round < rounds; round++) {
    simplex.sort((a, b) => a.value - b.value);
    const best = simplex[0];
    const worst = simplex.at(-1);
    const second = simplex.at(-2);
    if (!best || !worst || !second || worst.value - best.value < 1e-12) break;
    const others = simplex.slice(0, -1);
    const centre = start.map((_, i) => others.reduce((sum, { at }) => sum + (at[i] ?? 0), 0) / others.length);
    const along = (factor: number) => corner(centre.map((c, i) => c + factor * ((worst.at[i] ?? 0) - c)));
    const reflected = along(-1);
    let replacement = reflected;
    if (reflected.value < best.value) {
      const expanded = along(-2);
      if (expanded.value < reflected.value) replacement = expanded;
    } else if (reflected.value >= second.value) {
      replacement = reflected.value < worst.value ? along(-0.5) : along(0.5);
      if (replacement.value >= Math.min(reflected.value, worst.value)) {
        simplex = simplex.map(({ at }) => corner(at.map((x, i) => ((best.at[i] ?? 0) + x) / 2)));
        continue;
      }
    }
    simplex = [...others, replacement];
  }
  return simplex.reduce((best, candidate) => (candidate.value < best.value ? candidate : best)).at;
}
