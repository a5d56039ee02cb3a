import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What users run when it is built from these sources, as `npm test` sees to; else the sources. */
export const cliCommand: readonly string[] = isBuilt()
  ? [join(root, "dist/cli/main.js")]
  : ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href, join(root, "src/cli/main.ts")];

export interface CliResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
  /** Resolves when stderr matches; rejects when the command ends before. */
  stderrMatches(pattern: RegExp): Promise<void>;
}

export interface CliSettings {
  readonly dataDir?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder of its own, for data or pictures; the system's temporary folder is cleaned by the system. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "rollcall-cli-"));
}

export function startCli(args: readonly string[], { dataDir, cwd, env = {} }: CliSettings = {}): RunningCli {
  const child = spawn(process.execPath, [...cliCommand, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ROLLCALL_DATA_DIR: dataDir ?? temporaryFolder(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const result = new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    result,
    stderrMatches: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(stderr) && resolve();
        child.stderr.on("data", look);
        child.once("close", () => reject(new Error(`ended without ${pattern} on stderr:\n${stderr}`)));
        look();
      }),
  };
}

export async function runCli(args: readonly string[], settings?: CliSettings): Promise<CliResult> {
  return await startCli(args, settings).result;
}

function isBuilt(): boolean {
  return spawnSync(process.execPath, [join(root, "scripts/setup.mjs"), "--is-built"]).status === 0;
}
