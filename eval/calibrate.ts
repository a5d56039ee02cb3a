import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CalibrationTable, calibrationFromTable, type LikelihoodCurve } from "../src/face/calibration.ts";
import { calibrationTables } from "../src/face/calibration-table.ts";
import type { Face, FaceEngine, FacesInImage } from "../src/face/index.ts";
import { reliabilityOf } from "../src/face/reliability.ts";
import { calibrationError, type Fit, fitCurve, type PairSamples, ResemblanceHistogram } from "./calibration-fit.ts";
import {
  fitAgreement,
  forDifferentPairs,
  type KnownFace,
  rounded,
  samePairs,
  sampleMeans,
} from "./calibration-samples.ts";
import { degraded } from "./degraded.ts";
import { centredFace, fileSource, findAllFaces, type Source } from "./find-faces.ts";
import { halfHidden, hiddenFace } from "./hidden.ts";
import { mislabelled } from "./lfw-labels.ts";
import { peopleOfFolds } from "./lfw-pairs.ts";
import { type LfwOptions, lfwCommand, loadPairs, openEngine } from "./options.ts";
import { startProgress } from "./progress.ts";

const LAST_FITTED_FOLD = 5;

/** Some people have hundreds of pictures; more of one person adds little. */
const PICTURES_PER_PERSON = 12;

/** Expected resemblance at which pairs are parted, so that each part has a curve of its own. */
const STRATA = [0, 0.2, 0.35, 0.5, 0.6, 0.68, 1];

/** Fewer pairs of one person (counted by person) than this do not make a curve. */
const LEAST_SAME = 60;

/** Means of so many faces give the curves beyond single faces; from 2 and 4 on same and different part completely. */
const MEANS = [
  [1, 2],
  [2, 2],
] as const;

/** From this quality on a face counts as good, as the means of faces must be. */
const GOOD_QUALITY = 0.85;

const PEOPLE_CHECKED = [1, 10, 100, 1000];

const TABLE_FILE = fileURLToPath(new URL("../src/face/calibration-table.ts", import.meta.url));

/** Fits the likelihood ratios on folds 1 to 5, checks them on folds 6 to 10, and writes the embedder's table. */
export async function runCalibrate(args: string[]): Promise<void> {
  const command = lfwCommand(
    "calibrate",
    "Fits the confidence on the people of LFW's folds 1 to 5, checks it on those of folds 6 to 10, and writes it into src/.",
    "npm run eval -- calibrate --data lfw --pairs pairs.txt --embedder dlib",
    "thorough",
  );
  const options = command.parse(args, { from: "user" }).opts<LfwOptions>();
  const pairs = await loadPairs(options);
  const engine = await openEngine(options);
  try {
    const fitted = await findKnownFaces(
      engine,
      peopleOfFolds(pairs, (fold) => fold <= LAST_FITTED_FOLD),
      options,
    );
    const held = await findKnownFaces(
      engine,
      peopleOfFolds(pairs, (fold) => fold > LAST_FITTED_FOLD),
      options,
    );
    const table = fitTable(fitted, engine);
    const checks = checkTable(table, held);
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify({ table, checks }, null, 2)}\n`);
      return;
    }
    process.stdout.write(`${JSON.stringify(table, null, 2)}\n${describeChecks(checks)}`);
    if (options.quick !== true) await writeTable(table);
  } finally {
    await engine.close();
  }
}

/**
 * Every picture of these people, but for those with wrong labels: as it is, degraded as event photos are, and half hidden as
 * those in a crowd are. The last only where the embedder tells that it could make little of them: else nothing sets them apart
 * from good faces, of whom they would lower the figures far more than the few in an event do.
 */
async function findKnownFaces(
  engine: FaceEngine,
  people: readonly string[],
  options: LfwOptions,
): Promise<KnownFace[]> {
  const labelled = people.filter((person) => !mislabelled.has(person));
  const chosen = options.quick === true ? labelled.slice(0, 400) : labelled;
  const pictures: KnownPicture[] = [];
  for (const person of chosen) {
    const files = (await readdir(join(options.data, person))).filter((file) => file.endsWith(".jpg")).sort();
    for (const file of files.slice(0, PICTURES_PER_PERSON)) {
      const source = await fileSource(join(options.data, person, file));
      const known = { person, picture: file };
      pictures.push(
        { ...known, source, faceIn: centredFace },
        { ...known, source: degraded(source), faceIn: centredFace },
      );
      if (tellsHidden(engine)) pictures.push({ ...known, source: halfHidden(source), faceIn: hiddenFace });
    }
  }
  const found = await findAllFaces(
    engine,
    pictures.map(({ source }) => source),
    {
      cache: options.cache ?? false,
      variant: options.preset,
      progress: startProgress("Finding faces", pictures.length),
    },
  );
  return pictures.flatMap(({ person, picture, faceIn }, i) => {
    const face = faceIn(found[i]);
    return face ? [{ person, picture, quality: face.quality.score, embedding: face.embedding }] : [];
  });
}

function tellsHidden({ embedder }: FaceEngine): boolean {
  return reliabilityOf(embedder, 0) !== undefined;
}

interface KnownPicture {
  readonly person: string;
  readonly picture: string;
  readonly source: Source;
  /** That person's, of what was found in the picture. */
  readonly faceIn: (found: FacesInImage | undefined) => Face | undefined;
}

function fitTable(faces: readonly KnownFace[], engine: FaceEngine): CalibrationTable {
  const same = samePairs(faces);
  let sum = 0;
  let count = 0;
  forDifferentPairs(faces, (_a, _b, similarity) => {
    sum += similarity;
    count++;
  });
  const strangers = rounded(sum / count, 4);
  const agreement = fitAgreement(same, strangers);
  const draft: CalibrationTable = {
    embedder: engine.embedder,
    provenance: "",
    strangers,
    agreement,
    curves: [],
    doubleRate: 1e-6,
  };
  const strata = stratify(faces, draft);
  const best = strata.at(-1);
  if (!best) throw new Error("There are too few pictures of the same people to fit anything.");
  const people = new Set(faces.map((face) => face.person)).size;
  const doubleRate = Math.max(fitCurve(best).doubleRate, leastDoubleRate(people));
  const singles = strata.map((samples) => fitCurve(samples, doubleRate).curve);
  const good = faces.filter((face) => face.quality >= GOOD_QUALITY);
  const means = MEANS.map((sizes) => fitCurve(sampleMeans(good, sizes, strangers), doubleRate).curve);
  return {
    ...draft,
    provenance:
      `LFW (deep-funneled), ${people} people of the folds 1 to 5 of View 2, ${faces.length} faces: every picture as it is, and scaled ` +
      `to 24 to 95 pixels, blurred and compressed${tellsHidden(engine) ? ", and half hidden" : ""}; ${same.length} pairs of one person, ${count} of different people; ${engine.pipelineId}`,
    curves: [...singles, ...means].map(roundedCurve).sort((a, b) => a.expected - b.expected),
    doubleRate: Number(doubleRate.toPrecision(2)),
  };
}

/** That no double is among these people shows only that there is less than about one in so many pairs of people; twins exist. */
function leastDoubleRate(people: number): number {
  return 2 / (people * (people - 1));
}

/** Pairs by how much resemblance is expected of them, those with too few left out. */
function stratify(faces: readonly KnownFace[], table: CalibrationTable): PairSamples[] {
  const calibration = calibrationFromTable(table);
  const strata = STRATA.slice(1).map(() => ({
    same: new ResemblanceHistogram(),
    different: new ResemblanceHistogram(),
  }));
  const evidence = new Map(faces.map((face) => [face, calibration.evidence(face.quality)]));
  const stratumOf = (a: KnownFace, b: KnownFace) => {
    const expected = calibration.expectedResemblance(evidence.get(a) ?? 0, evidence.get(b) ?? 0);
    return strata[STRATA.findIndex((from, i) => expected >= from && expected <= (STRATA[i + 1] ?? 1))];
  };
  for (const { a, b, similarity, weight } of samePairs(faces)) {
    stratumOf(a, b)?.same.add(calibration.resemblance(similarity), weight);
  }
  forDifferentPairs(faces, (a, b, similarity) => {
    stratumOf(a, b)?.different.add(calibration.resemblance(similarity));
  });
  return strata.filter(({ same }) => same.total >= LEAST_SAME);
}

function roundedCurve(curve: LikelihoodCurve): LikelihoodCurve {
  return {
    expected: rounded(curve.expected, 4),
    offset: rounded(curve.offset, 3),
    low: rounded(curve.low, 3),
    high: rounded(curve.high, 3),
  };
}

interface Check {
  /** Mean resemblance of the pairs of one person. */
  readonly expected: number;
  readonly samePairs: number;
  /** Expected calibration error by the number of people in the event. */
  readonly errors: readonly { readonly people: number; readonly error: number }[];
}

function checkTable(table: CalibrationTable, faces: readonly KnownFace[]): Check[] {
  return stratify(faces, table).map((samples) => {
    const nearest = table.curves.reduce<LikelihoodCurve | undefined>(
      (best, curve) =>
        Math.abs(curve.expected - samples.same.mean) < Math.abs((best?.expected ?? 9) - samples.same.mean)
          ? curve
          : best,
      undefined,
    );
    const fit: Fit | undefined = nearest && { curve: nearest, doubleRate: table.doubleRate };
    return {
      expected: samples.same.mean,
      samePairs: samples.same.total,
      errors: PEOPLE_CHECKED.map((people) => ({ people, error: fit ? calibrationError(samples, fit, people) : 1 })),
    };
  });
}

function describeChecks(checks: readonly Check[]): string {
  const lines = checks.map(({ expected, errors }) => {
    const shares = errors.map(({ people, error }) => `${(100 * error).toFixed(2)} % of ${people}`).join(", ");
    return `  pairs of one person with a mean resemblance of ${expected.toFixed(2)}: ${shares}`;
  });
  return `Expected calibration error on the people of folds 6 to 10, by the number of people to choose from:\n${lines.join("\n")}\n`;
}

async function writeTable(table: CalibrationTable): Promise<void> {
  const known = calibrationTables.some(({ embedder }) => embedder === table.embedder);
  const tables = known
    ? calibrationTables.map((existing) => (existing.embedder === table.embedder ? table : existing))
    : [...calibrationTables, table];
  await writeFile(
    TABLE_FILE,
    `import type { CalibrationTable } from "./calibration.ts";

// Written by \`npm run eval -- calibrate\`; the figures are explained at \`CalibrationTable\`.
export const calibrationTables: readonly CalibrationTable[] = [
${tables.map(formatTable).join("\n")}
];
`,
  );
}

/** As the formatter would have it. */
function formatTable(table: CalibrationTable): string {
  const object = (entry: object) =>
    `{ ${Object.entries(entry)
      .map(([key, value]) => `${key}: ${value}`)
      .join(", ")} }`;
  const list = (name: string, entries: readonly object[]) => {
    const oneLine = `    ${name}: [${entries.map(object).join(", ")}],`;
    if (oneLine.length <= 120 && entries.length < 2) return oneLine;
    return `    ${name}: [\n${entries.map((entry) => `      ${object(entry)},`).join("\n")}\n    ],`;
  };
  const provenance = JSON.stringify(table.provenance);
  const oneLine = `    provenance: ${provenance},`;
  return `  {
    embedder: ${JSON.stringify(table.embedder)},
${oneLine.length <= 120 ? oneLine : `    provenance:\n      ${provenance},`}${table.estimated ? "\n    estimated: true," : ""}
    strangers: ${table.strangers},
${list("agreement", table.agreement)}
${list("curves", table.curves)}
    doubleRate: ${table.doubleRate},
  },`;
}
