import { FaceError } from "../src/face/index.ts";

interface Measurement {
  readonly about: string;
  run(args: string[]): Promise<void>;
}

/** Loaded only when asked for: each brings its own half of the project along. */
const measurements: Readonly<Record<string, Measurement>> = {
  lfw: {
    about: "how often two pictures are told apart rightly (LFW, ten folds)",
    run: async (args) => (await import("./lfw.ts")).runLfw(args),
  },
  events: {
    about: "detection, grouping and search on generated event photos",
    run: async (args) => (await import("./events.ts")).runEvents(args),
  },
  nuisance: {
    about: "finds how poor pictures move embeddings; calibrate after it",
    run: async (args) => (await import("./nuisance.ts")).runNuisance(args),
  },
  quality: {
    about: "whether a face of lower quality is recognised less",
    run: async (args) => (await import("./quality.ts")).runQuality(args),
  },
  detection: {
    about: "faces found against time, for the presets and settings around them",
    run: async (args) => (await import("./detection.ts")).runDetection(args),
  },
  calibrate: {
    about: "fits the confidence on folds 1 to 5 of LFW",
    run: async (args) => (await import("./calibrate.ts")).runCalibrate(args),
  },
};

function usage(): string {
  const lines = Object.entries(measurements).map(([name, { about }]) => `  ${name.padEnd(11)}${about}`);
  return `Measures how right Rollcall is.

Usage: npm run eval -- <measurement> [options]

${lines.join("\n")}

\`npm run eval -- <measurement> --help\` shows the options of one.

Example:
  npm run eval -- lfw --data lfw --pairs pairs.txt --quick
`;
}

async function main([name, ...args]: string[]): Promise<void> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(usage());
    return;
  }
  const measurement = Object.hasOwn(measurements, name) ? measurements[name] : undefined;
  if (measurement === undefined) {
    process.stderr.write(`There is no measurement "${name}".\n\n${usage()}`);
    process.exitCode = 2;
    return;
  }
  await measurement.run(args);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  // A plain Error was written for the person who ran this; anything else is a fault of ours, and its stack helps.
  const forPeople = error.constructor === Error || error instanceof FaceError;
  process.stderr.write(`${forPeople ? error.message : error.stack}\n`);
  process.exitCode = 1;
}
