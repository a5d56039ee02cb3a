import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface GroupingSizeResult {
  readonly faces: number;
  readonly people: number;
  /** Groups that were made; right when there are as many as people. */
  readonly groups: number;
  /** Share of the groups whose faces are all of one person. */
  readonly pure: number;
  readonly seconds: number;
  /** Resident bytes at the worst moment, beyond what the faces themselves take. */
  readonly peakMemory: number;
}

const thorough = [1_000, 10_000, 100_000];
const quick = [1_000, 10_000];

/** How long it takes to group all faces of an event of different sizes, from nothing. */
export async function benchGrouping(options: {
  quick: boolean;
  say: (text: string) => void;
}): Promise<GroupingSizeResult[]> {
  const results: GroupingSizeResult[] = [];
  for (const faces of options.quick ? quick : thorough) {
    options.say(`Grouping ${faces.toLocaleString("en")} faces ...`);
    results.push(await measureInProcess(faces));
  }
  return results;
}

/** In a process of its own, so that its memory is its own. */
async function measureInProcess(faces: number): Promise<GroupingSizeResult> {
  const script = fileURLToPath(new URL("./grouping-size.ts", import.meta.url));
  const child = fork(script, [String(faces)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  return await new Promise((resolve, reject) => {
    child.once("message", (result: GroupingSizeResult) => resolve(result));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Measuring the grouping ended early (exit code ${code}).`)));
  });
}
