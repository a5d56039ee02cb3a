import { availableParallelism, loadavg } from "node:os";
import { Argument, Command } from "commander";
import { writeSection } from "../eval/model-card.ts";
import { FaceError } from "../src/face/index.ts";
import { benchGrouping } from "./grouping.ts";
import { benchIngest } from "./ingest.ts";
import { benchLoad } from "./load.ts";
import { loadReport } from "./load-report.ts";
import { describeMachine, groupingReport, ingestReport, searchReport } from "./report.ts";
import { benchSearch } from "./search.ts";

const PAGE = "benchmarks.md";

/** Above this share of the cores at work before the first measurement, the figures are too low. */
const BUSY = 0.25;

const command = new Command("npm run bench --")
  .description("Measures how fast Rollcall is, next to others in the same run. Writes docs/benchmarks.md.")
  .addArgument(
    new Argument("[what]", "one of the measurements; default: all").choices(["ingest", "search", "grouping", "load"]),
  )
  .option("--quick", "a part of it, in about a minute; writes nothing to docs/")
  .option("--json", "print the result as JSON and nothing else; writes nothing to docs/")
  .allowExcessArguments(false)
  .addHelpText(
    "after",
    `
ingest    photos per second from JPEG file to descriptors, next to face-api, and where the time goes
search    time of a search among 1,000 to 1,000,000 faces, next to usearch's kernel
grouping  time and memory to group 1,000 to 100,000 faces from nothing
load      pages, selfie search and memory of a server with 10,000 photos and 25,000 faces, while more come in

Example:
  npm run bench -- search --quick`,
  )
  .action(bench);

async function bench(what: string | undefined, options: { quick?: boolean; json?: boolean }): Promise<void> {
  const { quick = false, json = false } = options;
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const machine = describeMachine();
  const busyCores = loadavg()[0] ?? 0;
  if (busyCores > BUSY * availableParallelism()) {
    say(`Other programs keep ${busyCores.toFixed(1)} cores busy: the figures will be too low, and ratios uncertain.`);
  }
  const wanted = (name: string) => what === undefined || what === name;
  const result = {
    machine,
    busyCores,
    ...(wanted("ingest") ? { ingest: await benchIngest({ quick, say }) } : {}),
    ...(wanted("search") ? { search: await benchSearch({ quick, say }) } : {}),
    ...(wanted("grouping") ? { grouping: await benchGrouping({ quick, say }) } : {}),
    ...(wanted("load") ? { load: await benchLoad({ quick, say }) } : {}),
  };
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const sections = [
    ...(result.ingest ? [["ingest", ingestReport(result.ingest, machine)] as const] : []),
    ...(result.search ? [["search", searchReport(result.search, machine)] as const] : []),
    ...(result.grouping ? [["grouping", groupingReport(result.grouping, machine)] as const] : []),
    ...(result.load ? [["load", loadReport(result.load, machine, busyCores)] as const] : []),
  ];
  for (const [name, text] of sections) {
    process.stdout.write(`\n${text}\n`);
    if (!quick) await writeSection(PAGE, name, text);
  }
}

try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  // A plain Error was written for the person who ran this; anything else is a fault of ours, and its stack helps.
  const forPeople = error.constructor === Error || error instanceof FaceError;
  process.stderr.write(`${forPeople ? error.message : error.stack}\n`);
  process.exitCode = 1;
}
