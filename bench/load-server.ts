import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const SAMPLE_MS = 500;

export interface MeasuredServer {
  readonly url: string;
  readonly setupUrl: string;
  /** Most resident bytes so far: of the server's own process, and of it and all it started together; 0 outside Linux. */
  memory(): { readonly server: number; readonly all: number };
  stop(): Promise<void>;
}

/** The server as users run it, built, in a process of its own. */
export async function startMeasuredServer(dataDir: string): Promise<MeasuredServer> {
  if (spawnSync(process.execPath, ["scripts/setup.mjs"], { cwd: root, stdio: ["ignore", 2, 2] }).status !== 0) {
    throw new Error("Rollcall could not be built; its messages are above.");
  }
  const child = spawn(process.execPath, ["dist/cli/main.js", "serve", "--port", "0", "--json"], {
    cwd: root,
    env: { ...process.env, ROLLCALL_DATA_DIR: dataDir, ROLLCALL_LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { url, setupUrl } = await answerOf(child);
  let all = 0;
  const sampling = setInterval(() => {
    all = Math.max(all, residentOfTree(child.pid ?? 0));
  }, SAMPLE_MS);
  return {
    url,
    setupUrl,
    memory: () => ({ server: statusOf(child.pid ?? 0, "VmHWM"), all }),
    stop: async () => {
      clearInterval(sampling);
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<{ url: string; setupUrl: string }> {
  return await new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("}")) resolve(JSON.parse(text));
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The server ended with ${code} before it listened.`)));
  });
}

function residentOfTree(pid: number): number {
  return statusOf(pid, "VmRSS") + childrenOf(pid).reduce((sum, child) => sum + residentOfTree(child), 0);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** In bytes. */
function statusOf(pid: number, field: "VmHWM" | "VmRSS"): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "mu").exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
