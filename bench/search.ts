import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

export interface SearchSizeResult {
  readonly faces: number;
  readonly queries: number;
  /** Share of the queries whose first match was the person asked for: a fast wrong answer counts for nothing. */
  readonly foundRight: number;
  /** usearch's exact search alone, in milliseconds. */
  readonly kernelMs: Percentiles;
  /** From the embedding to the ranked answer with confidences, in milliseconds. */
  readonly endToEndMs: Percentiles;
  /** Resident bytes that the event takes in memory once it is ready to be searched, and how many the vectors alone have. */
  readonly indexMemory: number;
  readonly vectorMemory: number;
}

const thorough = [
  { faces: 1_000, queries: 1_000 },
  { faces: 10_000, queries: 1_000 },
  { faces: 100_000, queries: 300 },
  { faces: 1_000_000, queries: 60 },
];
const quick = [
  { faces: 1_000, queries: 200 },
  { faces: 10_000, queries: 200 },
  { faces: 100_000, queries: 60 },
];

/** How long a search takes in events of different sizes, next to the kernel that it is built on. */
export async function benchSearch(options: {
  quick: boolean;
  say: (text: string) => void;
}): Promise<SearchSizeResult[]> {
  const results: SearchSizeResult[] = [];
  for (const { faces, queries } of options.quick ? quick : thorough) {
    options.say(`Searching ${faces.toLocaleString("en")} faces ...`);
    results.push(await measureInProcess(faces, queries));
  }
  return results;
}

async function measureInProcess(faces: number, queries: number): Promise<SearchSizeResult> {
  const script = fileURLToPath(new URL("./search-size.ts", import.meta.url));
  const child = fork(script, [String(faces), String(queries)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  return await new Promise((resolve, reject) => {
    child.once("message", (result: SearchSizeResult) => resolve(result));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Measuring the search ended early (exit code ${code}).`)));
  });
}
