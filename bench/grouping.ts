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

/** People who may come out wrong; a faster grouping that gets more of them wrong is no better. */
const WRONG_AT_MOST = 0.01;

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
    const result = await measureInProcess(faces);
    checkGroups(result);
    results.push(result);
  }
  return results;
}

function checkGroups({ faces, people, groups, pure }: GroupingSizeResult): void {
  if (Math.abs(groups - people) <= people * WRONG_AT_MOST && pure >= 1 - WRONG_AT_MOST) return;
  throw new Error(
    `${faces} faces of ${people} people were made ${groups} groups, of which ${(pure * 100).toFixed(1)} % hold one person only: how long that took says nothing. The grouping is broken.`,
  );
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
