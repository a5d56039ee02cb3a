import { parseArgs } from "node:util";
import { benchIngest, type ContestantResult, type IngestResult } from "./ingest.ts";

const USAGE = `Measures how fast Rollcall is, side by side with a peer.

Usage: npm run bench -- [options]

  --quick   fewer photos and rounds
  --json    the result as JSON, and nothing else on stdout
  --help    this text

Example:
  npm run bench -- --quick
`;

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { quick: { type: "boolean" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const result = await benchIngest({ quick: values.quick ?? false, say });
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : report(result));
}

function report(result: IngestResult): string {
  const stages = Object.entries(result.stages).map(
    ([name, ms]) => `  ${name.padEnd(10)}${ms.toFixed(1).padStart(8)} ms`,
  );
  return `${result.photos} photos of 12 megapixels with ${result.faces} faces

${[result.own, result.peer, result.peerOnAllCores].map(line).join("\n")}

${result.timesAsFast.toFixed(1)} times as fast as the peer in one process, ${result.timesAsFastOnAllCores.toFixed(1)} times as fast as the peer on all cores.

One photo on one thread:
${stages.join("\n")}
  ${"overhead".padEnd(10)}${result.overhead.toFixed(1).padStart(8)} ms
`;
}

function line({ name, processes, photosPerSecond, found, wrong, peakMemory }: ContestantResult): string {
  const memory = `${Math.round(peakMemory / 2 ** 20)} MiB`;
  return `${name} (${processes === 1 ? "1 process" : `${processes} processes`}): ${photosPerSecond.toFixed(2)} photos a second, ${found} faces found, ${wrong} wrong, ${memory}`;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
