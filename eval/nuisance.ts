import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NuisanceTable } from "../src/face/nuisance.ts";
import { nuisanceTables } from "../src/face/nuisance-table.ts";
import { degraded } from "./degraded.ts";
import { centredFace, fileSource, findAllFaces, type Source } from "./find-faces.ts";
import { peopleOfFolds } from "./lfw-pairs.ts";
import { percent } from "./model-card.ts";
import { type LfwOptions, lfwCommand, loadPairs, openEngine } from "./options.ts";
import { principalDirection, spreadAround } from "./principal-direction.ts";
import { startProgress } from "./progress.ts";

const TABLE_FILE = fileURLToPath(new URL("../src/face/nuisance-table.ts", import.meta.url));

/** Degraded copies of every picture. */
const COPIES = 3;

/**
 * Finds the direction in which poor pictures move an embedder's vectors, from people that are in no pair of LFW's View 2, so
 * that everything measured on those pairs is measured on people who had no part in it.
 */
export async function runNuisance(args: string[]): Promise<void> {
  const command = lfwCommand(
    "nuisance",
    "Finds the direction in which blur and small size move embeddings, from people in no pair of LFW, and writes it into src/.",
    "npm run eval -- nuisance --data lfw --pairs pairs.txt --embedder dlib",
    "thorough",
  );
  const options = { ...command.parse(args, { from: "user" }).opts<LfwOptions>(), steady: false };
  const paired = new Set(peopleOfFolds(await loadPairs(options), () => true));
  const people = (await readdir(options.data)).filter((person) => !paired.has(person)).sort();
  const engine = await openEngine(options);
  try {
    const faces = await embedCopies(engine, options.quick === true ? people.slice(0, 200) : people, options);
    const { direction, share } = principalDirection(spreadAround(faces));
    const table: NuisanceTable = {
      embedder: engine.embedder,
      provenance:
        `LFW (deep-funneled), ${people.length} people who are in no pair of View 2, every picture with ${COPIES} copies scaled to ` +
        `24 to 95 pixels of face, blurred and compressed; ${percent(share, 1)} of what these copies differ by; ${engine.pipelineId}`,
      direction: [...direction].map((value) => Number(value.toFixed(4))),
    };
    process.stdout.write(`${JSON.stringify(table, null, 2)}\n`);
    if (options.quick !== true && options.json !== true) await writeTable(table);
  } finally {
    await engine.close();
  }
}

/** The embeddings of each picture and of its copies, a list for each picture. */
async function embedCopies(
  engine: Awaited<ReturnType<typeof openEngine>>,
  people: readonly string[],
  options: LfwOptions,
): Promise<Float32Array[][]> {
  const sources: Source[] = [];
  for (const person of people) {
    const files = (await readdir(join(options.data, person))).filter((file) => file.endsWith(".jpg")).sort();
    for (const file of files) {
      const source = await fileSource(join(options.data, person, file));
      sources.push(source, ...Array.from({ length: COPIES }, (_, copy) => degraded(source, copy + 1)));
    }
  }
  const found = await findAllFaces(engine, sources, {
    cache: options.cache ?? false,
    variant: options.preset,
    progress: startProgress("Finding faces", sources.length),
  });
  const perPicture = COPIES + 1;
  return Array.from({ length: sources.length / perPicture }, (_, picture) =>
    found.slice(picture * perPicture, (picture + 1) * perPicture).flatMap((faces) => {
      const face = centredFace(faces);
      return face ? [face.embedding] : [];
    }),
  );
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
function formatTable({ embedder, provenance, direction }: NuisanceTable): string {
  const lines: string[] = [];
  let line = "";
  for (const value of direction) {
    if (`${line} ${value},`.length > 114) {
      lines.push(line);
      line = "";
    }
    line += `${line === "" ? "" : " "}${value},`;
  }
  lines.push(line);
  return `  {
    embedder: ${JSON.stringify(embedder)},
    provenance:
      ${JSON.stringify(provenance)},
    direction: [
${lines.map((text) => `      ${text}`).join("\n")}
    ],
  },`;
}
