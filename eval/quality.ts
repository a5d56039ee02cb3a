import { writeFigure, writeSection } from "./model-card.ts";
import { type LfwOptions, lfwCommand, loadPairs, openEngine } from "./options.ts";
import { charts, describe, summarise } from "./quality/report.ts";
import { measureSamples } from "./quality/samples.ts";

/** The curves of quality were fitted on folds 1 to 5. */
const LAST_FITTED_FOLD = 5;
const DEGRADED_PAIRS = 120;
const QUICK_DEGRADED_PAIRS = 40;
const QUICK_FOLD = 6;

export async function runQuality(args: string[]): Promise<void> {
  const command = lfwCommand(
    "quality",
    "Measures whether a face of lower quality is less like another picture of its person, on folds 6 to 10 of LFW.",
    "npm run eval -- quality --data lfw --pairs pairs.txt --quick",
  );
  const options = command.parse(args, { from: "user" }).opts<LfwOptions>();
  const isQuick = options.quick === true;
  const started = Date.now();
  const pairs = (await loadPairs(options)).filter(
    ({ fold, same }) => same && (isQuick ? fold === QUICK_FOLD : fold > LAST_FITTED_FOLD),
  );
  const engine = await openEngine(options);
  try {
    const samples = await measureSamples(engine, pairs, {
      data: options.data,
      cache: options.cache ?? false,
      preset: options.preset,
      count: isQuick ? QUICK_DEGRADED_PAIRS : DEGRADED_PAIRS,
    });
    const { embedder, pipelineId } = engine;
    const result = summarise(samples, { embedder, pipelineId, seconds: (Date.now() - started) / 1000 });
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      return;
    }
    process.stdout.write(`${describe(result)}\n`);
    if (isQuick) return;
    await writeSection("quality.md", `quality ${embedder}`, describe(result));
    for (const [name, svg] of Object.entries(charts(result))) await writeFigure(`${name}-${embedder}.svg`, svg);
  } finally {
    await engine.close();
  }
}
