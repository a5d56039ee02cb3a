import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Face, FaceEngine } from "../src/face/index.ts";
import { type Nuisance, type NuisanceTable, projectOut, without } from "../src/face/nuisance.ts";
import { nuisanceTables } from "../src/face/nuisance-table.ts";
import { visibleQuality } from "../src/face/quality.ts";
import { dot, lengthOf, normalise, sumOf } from "../src/face/vector.ts";
import { degraded } from "./degraded.ts";
import { centredFace, fileSource, findAllFaces, type Source } from "./find-faces.ts";
import { peopleOfFolds } from "./lfw-pairs.ts";
import { ratio } from "./metrics.ts";
import { percent } from "./model-card.ts";
import { type LfwOptions, lfwCommand, loadPairs, openEngine } from "./options.ts";
import { principalDirection, spreadAround } from "./principal-direction.ts";
import { startProgress } from "./progress.ts";

const TABLE_FILE = fileURLToPath(new URL("../src/face/nuisance-table.ts", import.meta.url));

/** Degraded copies of every picture. */
const COPIES = 3;

/** Some people have hundreds of pictures; more of one person adds little. */
const PICTURES_PER_PERSON = 12;

/** The direction is checked on these people. */
const CHECKED_FOLD = 10;
const FALSE_ACCEPT_RATE = 1e-4;

/** Of faces less reliable than this next to nothing can be seen: those in the background, half hidden, at the edge. */
const UNRELIABLE = 0.63;

/** The mean of fewer faces says little about what they have in common. */
const LEAST_HIDDEN = 10;

/**
 * Finds the direction in which poor pictures move an embedder's vectors, and the one that hidden faces have in common, from
 * people that are in no pair of LFW's View 2, so that everything measured on those pairs is measured on people who had no part
 * in it.
 */
export async function runNuisance(args: string[]): Promise<void> {
  const command = lfwCommand(
    "nuisance",
    "Finds what poor and hidden faces have in common, from people in no pair of LFW, and writes it into src/.",
    "npm run eval -- nuisance --data lfw --pairs pairs.txt",
    "thorough",
  );
  const options = { ...command.parse(args, { from: "user" }).opts<LfwOptions>(), steady: false };
  const pairs = await loadPairs(options);
  const paired = new Set(peopleOfFolds(pairs, () => true));
  const people = (await readdir(options.data)).filter((person) => !paired.has(person)).sort();
  const engine = await openEngine(options);
  try {
    const pictures = await embedCopies(engine, options.quick === true ? people.slice(0, 200) : people, COPIES, options);
    const { direction, share } = principalDirection(
      spreadAround(pictures.map(({ faces }) => faces.map(({ embedding }) => embedding))),
    );
    const hidden = commonOfHidden(
      pictures.flatMap(({ asItIs }) => asItIs),
      direction,
    );
    const table: NuisanceTable = {
      embedder: engine.embedder,
      provenance:
        `LFW (deep-funneled), ${people.length} people who are in no pair of View 2, every picture with ${COPIES} copies scaled to ` +
        `24 to 95 pixels of face, blurred and compressed: ${percent(share, 1)} of what these copies differ by; without that, the mean, ${hidden.length.toFixed(2)} long, of ` +
        `${hidden.faces} faces in the pictures as they are with a reliability below ${UNRELIABLE}; ${engine.pipelineId}`,
      poor: rounded(direction),
      hidden: rounded(hidden.direction),
    };
    const check = await checkDirection(
      engine,
      peopleOfFolds(pairs, (fold) => fold === CHECKED_FOLD),
      { poor: direction, hidden: hidden.direction },
      options,
    );
    process.stdout.write(
      options.json === true ? `${JSON.stringify({ table, check }, null, 2)}\n` : describe(table, check),
    );
    if (options.quick !== true && options.json !== true) await writeTable(table);
  } finally {
    await engine.close();
  }
}

/** The mean of all faces of which next to nothing can be seen, without what poor pictures have in common. */
function commonOfHidden(faces: readonly Face[], poor: Float32Array) {
  const hidden = faces.filter(({ quality }) => quality.reliability < UNRELIABLE);
  if (hidden.length < LEAST_HIDDEN) {
    throw new Error(
      `Of ${faces.length} faces ${hidden.length} have a reliability below ${UNRELIABLE}, too few to tell what they have in common. ` +
        "An embedder needs a curve in src/face/reliability.ts first.",
    );
  }
  const sum = sumOf(hidden.map(({ embedding }) => without(embedding, poor)));
  return { direction: normalise(sum), length: lengthOf(sum) / hidden.length, faces: hidden.length };
}

function rounded(direction: Float32Array): number[] {
  return [...direction].map((value) => Number(value.toFixed(4)));
}

interface EmbeddedPicture {
  readonly person: string;
  /** All faces in the picture as it is. */
  readonly asItIs: readonly Face[];
  /** The person's, in the picture as it is and in its copies; less where no face was found. */
  readonly faces: readonly Face[];
}

async function embedCopies(
  engine: FaceEngine,
  people: readonly string[],
  copies: number,
  options: LfwOptions,
): Promise<EmbeddedPicture[]> {
  const pictures: { person: string; sources: Source[] }[] = [];
  for (const person of people) {
    const files = (await readdir(join(options.data, person))).filter((file) => file.endsWith(".jpg")).sort();
    for (const file of files.slice(0, PICTURES_PER_PERSON)) {
      const source = await fileSource(join(options.data, person, file));
      const made = Array.from({ length: copies }, (_, copy) => degraded(source, copy + 1));
      pictures.push({ person, sources: [source, ...made] });
    }
  }
  const sources = pictures.flatMap((picture) => picture.sources);
  const found = await findAllFaces(engine, sources, {
    cache: options.cache ?? false,
    variant: options.preset,
    progress: startProgress("Finding faces", sources.length),
  });
  return pictures.map(({ person }, i) => ({
    person,
    asItIs: found[i * (copies + 1)]?.faces ?? [],
    faces: found.slice(i * (copies + 1), (i + 1) * (copies + 1)).flatMap((faces) => centredFace(faces) ?? []),
  }));
}

/** True accept rates among pairs of pictures as they are, and among degraded ones. */
interface Rates {
  readonly asTheyAre: number;
  readonly degraded: number;
}

interface Check {
  readonly people: number;
  readonly before: Rates;
  readonly after: Rates;
}

/** What taking the directions out changes for people that they were not found from. */
async function checkDirection(
  engine: FaceEngine,
  people: readonly string[],
  nuisance: Nuisance,
  options: LfwOptions,
): Promise<Check> {
  const chosen = options.quick === true ? people.slice(0, 100) : people;
  const pictures = await embedCopies(engine, chosen, 1, options);
  const rates = (change: (face: Face) => Float32Array): Rates => {
    const rate = (copy: 0 | 1) =>
      acceptRate(
        pictures.flatMap(({ person, faces }) => {
          const face = faces[copy];
          return face ? [{ person, embedding: change(face) }] : [];
        }),
      );
    return { asTheyAre: rate(0), degraded: rate(1) };
  };
  return {
    people: chosen.length,
    before: rates(({ embedding }) => embedding),
    after: rates(({ embedding, quality }) =>
      projectOut(embedding, nuisance, { visible: visibleQuality(quality), reliability: quality.reliability }),
    ),
  };
}

/** Of all pairs of one person, those more alike than all but `FALSE_ACCEPT_RATE` of the pairs of different people. */
function acceptRate(faces: readonly { readonly person: string; readonly embedding: Float32Array }[]): number {
  const same: number[] = [];
  const different: number[] = [];
  for (const [i, a] of faces.entries()) {
    for (const b of faces.slice(i + 1)) {
      (a.person === b.person ? same : different).push(dot(a.embedding, b.embedding));
    }
  }
  const threshold = Float64Array.from(different).sort()[Math.floor(different.length * (1 - FALSE_ACCEPT_RATE))] ?? 1;
  return ratio(same.filter((similarity) => similarity > threshold).length, same.length);
}

function describe(table: NuisanceTable, { people, before, after }: Check): string {
  const rates = (name: keyof Rates) => `${percent(before[name])} before, ${percent(after[name])} after`;
  return `${table.embedder}: ${table.provenance}

TAR at FAR ${FALSE_ACCEPT_RATE} among all pairs of ${people} people of fold ${CHECKED_FOLD}:
  pictures as they are     ${rates("asTheyAre")}
  degraded copies          ${rates("degraded")}
`;
}

async function writeTable(table: NuisanceTable): Promise<void> {
  const others = nuisanceTables.filter(({ embedder }) => embedder !== table.embedder);
  const tables = [...others, table].sort((a, b) => (a.embedder < b.embedder ? -1 : 1));
  await writeFile(
    TABLE_FILE,
    `import type { NuisanceTable } from "./nuisance.ts";

// Written by \`npm run eval -- nuisance\`; explained at \`NuisanceTable\`.
export const nuisanceTables: readonly NuisanceTable[] = [
${tables.map(formatTable).join("\n")}
];
`,
  );
}

/** As the formatter would have it. */
function formatTable({ embedder, provenance, poor, hidden }: NuisanceTable): string {
  return `  {
    embedder: ${JSON.stringify(embedder)},
    provenance:
      ${JSON.stringify(provenance)},
    poor: [
${formatValues(poor)}
    ],
    hidden: [
${formatValues(hidden)}
    ],
  },`;
}

function formatValues(values: readonly number[]): string {
  const lines: string[] = [];
  let line = "";
  for (const value of values) {
    if (`${line} ${value},`.length > 114) {
      lines.push(line);
      line = "";
    }
    line += `${line === "" ? "" : " "}${value},`;
  }
  lines.push(line);
  return lines.map((text) => `      ${text}`).join("\n");
}
