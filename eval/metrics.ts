/** One verification trial: are two pictures of one person? */
export interface Trial {
  readonly fold: number;
  readonly same: boolean;
  /** Higher means more alike; undefined when no face was found in one of the pictures. */
  readonly score: number | undefined;
}

export interface FoldResult {
  /** Chosen on the other folds; a score above it is called the same person. */
  readonly threshold: number;
  /** 0 to 1. */
  readonly accuracy: number;
}

export interface Verification {
  /** Mean over the folds, 0 to 1. */
  readonly accuracy: number;
  /** Standard deviation over the folds (of the population, as the published figures have it). */
  readonly std: number;
  /** Over all trials, each judged by its own fold's threshold. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly folds: readonly FoldResult[];
}

export interface RocPoint {
  /** Share of different pairs that are accepted, 0 to 1. */
  readonly far: number;
  /** Share of same pairs that are accepted, 0 to 1. */
  readonly tar: number;
}

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanConfidence: number;
  /** Share of the bin that really is the same person, 0 to 1. */
  readonly observed: number;
}

export interface Reliability {
  /** Expected calibration error, 0 (honest) to 1. */
  readonly ece: number;
  /** Bins without a trial are left out. */
  readonly bins: readonly ReliabilityBin[];
}

export interface Clustering {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * The protocol of LFW's View 2 (Huang et al., "Labeled Faces in the Wild", 2007): each fold is judged by the
 * threshold that is best on the other folds. A trial without a score is an error whichever it is.
 *
 * @throws RangeError when there are fewer than two folds
 */
export function crossValidate(trials: readonly Trial[]): Verification {
  const foldIds = [...new Set(trials.map((trial) => trial.fold))].sort((a, b) => a - b);
  if (foldIds.length < 2) throw new RangeError(`cross-validation needs two or more folds, got ${foldIds.length}`);
  const folds: FoldResult[] = [];
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  for (const fold of foldIds) {
    const threshold = bestThreshold(trials.filter((trial) => trial.fold !== fold));
    let correct = 0;
    const held = trials.filter((trial) => trial.fold === fold);
    for (const { same, score } of held) {
      const saysSame = score === undefined ? !same : score > threshold;
      if (saysSame === same) correct++;
      if (saysSame && same) truePositives++;
      if (saysSame && !same) falsePositives++;
      if (!saysSame && same) falseNegatives++;
    }
    folds.push({ threshold, accuracy: correct / held.length });
  }
  const precision = ratio(truePositives, truePositives + falsePositives);
  const recall = ratio(truePositives, truePositives + falseNegatives);
  const { mean, std } = meanAndStd(folds.map((fold) => fold.accuracy));
  return { accuracy: mean, std, precision, recall, f1: harmonicMean(precision, recall), folds };
}

/**
 * The score above which calling two pictures the same person makes the fewest mistakes; of several equally good cuts
 * the middle one. Trials without a score have no say.
 */
export function bestThreshold(trials: readonly Trial[]): number {
  const scored = trials.flatMap(({ same, score }) => (score === undefined ? [] : [{ same, score }]));
  const ordered = scored.sort((a, b) => b.score - a.score);
  let correct = ordered.filter((trial) => !trial.same).length;
  let best = correct;
  let cuts = [(ordered[0]?.score ?? 0) + 1e-6];
  for (const [i, { same, score }] of ordered.entries()) {
    correct += same ? 1 : -1;
    const next = ordered[i + 1]?.score ?? score - 2e-6;
    if (next === score || correct < best) continue;
    const cut = (score + next) / 2;
    cuts = correct > best ? [cut] : [...cuts, cut];
    best = correct;
  }
  return cuts[cuts.length >> 1] ?? 0;
}

/**
 * True against false accept rate at every threshold, from strict to lax. A face that is not found is never accepted:
 * the failure to acquire counts against the true accepts (ISO/IEC 19795-1).
 */
export function rocCurve(trials: readonly Trial[]): RocPoint[] {
  const sameTotal = trials.filter((trial) => trial.same).length;
  const differentTotal = trials.length - sameTotal;
  const scored = trials.flatMap(({ same, score }) => (score === undefined ? [] : [{ same, score }]));
  const ordered = scored.sort((a, b) => b.score - a.score);
  const points: RocPoint[] = [{ far: 0, tar: 0 }];
  let accepted = 0;
  let wronglyAccepted = 0;
  for (const [i, { same, score }] of ordered.entries()) {
    if (same) accepted++;
    else wronglyAccepted++;
    if (ordered[i + 1]?.score === score) continue;
    points.push({ far: ratio(wronglyAccepted, differentTotal), tar: ratio(accepted, sameTotal) });
  }
  return points;
}

/** The best true accept rate at a threshold that wrongly accepts no more than `far` of the different pairs. */
export function tarAtFar(trials: readonly Trial[], far: number): number {
  return rocCurve(trials).reduce((best, point) => (point.far <= far ? Math.max(best, point.tar) : best), 0);
}

/**
 * Expected calibration error over bins of equal width: the mean of |confidence - share that is right|, each bin weighed
 * by its trials (Guo et al., "On Calibration of Modern Neural Networks", 2017).
 *
 * @param trials `confidence` is the stated probability, 0 to 1, that `same` is true
 */
export function reliability(
  trials: readonly { confidence: number; same: boolean; weight?: number }[],
  bins = 10,
): Reliability {
  const groups = Array.from({ length: bins }, () => ({ count: 0, weight: 0, confidence: 0, same: 0 }));
  let whole = 0;
  for (const { confidence, same, weight = 1 } of trials) {
    const group = groups[Math.min(bins - 1, Math.floor(confidence * bins))];
    if (group === undefined) throw new RangeError(`a confidence lies between 0 and 1, got ${confidence}`);
    group.count++;
    group.weight += weight;
    group.confidence += weight * confidence;
    if (same) group.same += weight;
    whole += weight;
  }
  let ece = 0;
  const filled = groups.flatMap(({ count, weight, confidence, same }, i): ReliabilityBin[] => {
    if (count === 0) return [];
    ece += Math.abs(confidence - same) / whole;
    return [
      { from: i / bins, to: (i + 1) / bins, count, meanConfidence: confidence / weight, observed: same / weight },
    ];
  });
  return { ece, bins: filled };
}

/** An item of a grouping: whose it truly is, and the group it was put in. */
export interface GroupedItem {
  readonly person: string;
  readonly group: string;
}

/**
 * BCubed (Bagga and Baldwin, 1998; Amigo et al., 2009) of each item: the share of its group that is of its person, and
 * the share of its person that is in its group.
 *
 * @returns in the order of the items, each 0 to 1
 */
export function bcubedOfEach(items: readonly GroupedItem[]): { precision: number; recall: number }[] {
  const persons = countBy(items.map((item) => item.person));
  const groups = countBy(items.map((item) => item.group));
  const joint = countBy(items.map(jointKey));
  return items.map((item) => {
    const together = joint.get(jointKey(item)) ?? 0;
    return {
      precision: ratio(together, groups.get(item.group) ?? 0),
      recall: ratio(together, persons.get(item.person) ?? 0),
    };
  });
}

/** The means of BCubed precision and recall over the items, and their harmonic mean. */
export function meanBcubed(values: readonly { precision: number; recall: number }[]): Clustering {
  const precision = meanAndStd(values.map((value) => value.precision)).mean;
  const recall = meanAndStd(values.map((value) => value.recall)).mean;
  return { precision, recall, f1: harmonicMean(precision, recall) };
}

function jointKey(item: GroupedItem): string {
  return JSON.stringify([item.person, item.group]);
}

/**
 * Average precision of a ranked list: the precision at each relevant hit, averaged over all that is relevant, so that
 * what is missing from the list counts as nothing (Manning et al., "Introduction to Information Retrieval", 8.4).
 *
 * @param ranked whether each hit is relevant, best first
 * @param relevant how many relevant items there are in all, found or not
 */
export function averagePrecision(ranked: readonly boolean[], relevant: number): number {
  let hits = 0;
  let sum = 0;
  for (const [i, isRelevant] of ranked.entries()) {
    if (!isRelevant) continue;
    hits++;
    sum += hits / (i + 1);
  }
  return ratio(sum, relevant);
}

/**
 * False positive identification rate (ISO/IEC 19795-1): the share of searches for people who are not there that
 * return somebody all the same.
 *
 * @param hits how many matches each of those searches returned
 */
export function falsePositiveIdentificationRate(hits: readonly number[]): number {
  return ratio(hits.filter((count) => count > 0).length, hits.length);
}

export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const mean = ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
  const variance = ratio(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0),
    values.length,
  );
  return { mean, std: Math.sqrt(variance) };
}

/** 0 when there is nothing to divide by. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function harmonicMean(a: number, b: number): number {
  return ratio(2 * a * b, a + b);
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
