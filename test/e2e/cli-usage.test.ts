import { spawnSync } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { cp, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { cliCommand, runCli, temporaryFolder } from "./run-cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

vi.setConfig({ testTimeout: 60_000 });

describe("a wrong command line", () => {
  test("ends with 2 and a hint", async () => {
    const { code, stdout, stderr } = await runCli(["search", "a.jpg", "--treshold", "0.5"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean --threshold?");
    expect(stdout).toBe("");
  });

  test("is told what is misspelt rather than what is missing", async () => {
    const { code, stderr } = await runCli(["index", "photos", "--evnt", "Party"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean --event?");
  });

  test("is one that indexes a folder without a name, as of a variable that is not set, and not the folder it runs in", async () => {
    const cwd = temporaryFolder();
    for (const command of ["index", "watch"]) {
      const { code, stderr } = await runCli([command, "", "--event", "Party"], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain("It must not be empty");
    }
  });

  test("is one that asks for help with a command that there is not, also in JSON", async () => {
    const { code, stdout, stderr } = await runCli(["help", "serv", "--json"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: unknown command 'serv'\n\(Did you mean serve\?\)/u);
    expect(JSON.parse(stdout)).toEqual({ error: { code: "USAGE", message: expect.stringContaining("'serv'") } });
    for (const words of [
      ["models", "help"],
      ["help", "models"],
    ]) {
      const nested = await runCli([...words, "pul", "--json"]);
      expect(nested.code).toBe(2);
      expect(JSON.parse(nested.stdout)).toEqual({
        error: { code: "USAGE", message: expect.stringContaining("'pul'") },
      });
    }
  });

  test("is answered in JSON, when that was asked for", async () => {
    const { code, stdout } = await runCli(["search", "a.jpg", "--threshold", "2", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: { code: "USAGE", message: expect.stringContaining("from 0 to 1") } });
  });
});

test("help answers on stdout and ends with 0", async () => {
  const { code, stdout, stderr } = await runCli(["search", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("$ rollcall search selfie.jpg");
  expect(stderr).toBe("");
});

test("help of a command below another is about that one", async () => {
  const { code, stdout } = await runCli(["help", "models", "pull"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: rollcall models pull");
  expect((await runCli(["help", "models"])).stdout).toContain("Usage: rollcall models [");
});

test("a folder in place of a model's description is the user's mistake, not Rollcall's", async () => {
  const folder = temporaryFolder();
  const { code, stdout } = await runCli(["models", "import", "x.onnx", "--as", "y", "--description", folder, "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    error: { code: "MODEL_DESCRIPTION_INVALID", message: expect.stringContaining(`${folder} is a folder`) },
  });
});

test("says what to do when there is no event yet", async () => {
  // The data folder of a new machine: none was named.
  const env = { ROLLCALL_DATA_DIR: "", XDG_DATA_HOME: temporaryFolder(), HOME: temporaryFolder() };
  const { code, stdout, stderr } = await runCli(["people", "--json"], { env });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({ error: { code: "EVENT_UNKNOWN", message: expect.any(String) } });
  expect(stderr).toContain("rollcall index <folder> --event <name>");
});

test("does not make a data folder where a misspelt name says that there is one", async () => {
  const dataDir = join(temporaryFolder(), "typo");
  const picture = join(temporaryFolder(), "a.jpg");
  const commands = [["events"], ["people"], ["insights"], ["search", picture], ["name", "p1", "Ann"]];
  const others = [
    ["export", "Ann", "--to", "there"],
    ["forget", "Party", "--yes"],
    ["events", "--data-dir", dataDir],
  ];
  for (const args of [...commands, ...others]) {
    const { code, stderr } = await runCli(args, { dataDir });
    expect([args[0], code, stderr]).toEqual([
      args[0],
      1,
      expect.stringContaining("There is no database of Rollcall in"),
    ]);
    expect(existsSync(dataDir)).toBe(false);
  }
});

test("does not claim to have removed a model that was not there", async () => {
  const { code, stdout } = await runCli(["models", "remove", "facenet"], {
    env: { ROLLCALL_CACHE_DIR: temporaryFolder() },
  });
  expect(code).toBe(0);
  expect(stdout).toBe("Nothing of facenet takes space any more.\n");
});

test("takes settings from the file .env beside package.json, and those of the environment before them", async () => {
  const clone = temporaryFolder();
  for (const name of ["src", "package.json"]) await cp(join(root, name), join(clone, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(clone, "node_modules"));
  await writeFile(join(clone, ".env"), `ROLLCALL_DATA_DIR=${join(clone, "kept")}\nROLLCALL_PORT=http\n`);
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("ROLLCALL_"));
  const events = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, ["--import", tsx, join(clone, "src/cli/main.ts"), "events"], {
      cwd: temporaryFolder(),
      env: { ...Object.fromEntries(others), ...env },
      encoding: "utf8",
    });
  expect(events({}).stderr).toContain('ROLLCALL_PORT is "http"');
  expect(events({ ROLLCALL_PORT: "8080" }).stderr).toContain(`no database of Rollcall in ${join(clone, "kept")}`);
});

test("makes no database when the folder for its key does not exist", async () => {
  const dataDir = temporaryFolder();
  const env = { ROLLCALL_KEY_FILE: join(dataDir, "nowhere", "key") };
  const { code, stderr } = await runCli(["index", temporaryFolder(), "--event", "Party"], { dataDir, env });
  expect([code, stderr]).toEqual([1, expect.stringContaining("its folder does not exist")]);
  expect(existsSync(join(dataDir, "rollcall.db"))).toBe(false);
});

test("shows where an error arose only when debugging", async () => {
  const plain = await runCli(["people", "--event", "none"]);
  const debugging = await runCli(["people", "--event", "none"], { env: { ROLLCALL_DEBUG: "1" } });
  expect(plain.stderr).not.toContain("    at ");
  expect(debugging.stderr).toContain("    at ");
});

test.runIf(process.platform === "linux")("says in plain words that what stdout leads to is full", () => {
  const { status, stderr } = spawnSync(process.execPath, [...cliCommand, "models", "list"], {
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    encoding: "utf8",
  });
  expect(status).toBe(1);
  expect(stderr).toContain("The disk is full.");
  expect(stderr).not.toContain("    at ");
});

test.runIf(process.platform === "linux")("says that models cannot be kept where there can be no folder", () => {
  const { status, stdout } = spawnSync(process.execPath, [...cliCommand, "detect", "a.jpg", "--json"], {
    env: { ...process.env, ROLLCALL_CACHE_DIR: "/proc/xx" },
    encoding: "utf8",
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "MODEL_CACHE_UNWRITABLE" } });
});

test.runIf(process.platform === "linux")("goes on when its messages cannot be written", () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [...cliCommand, "index", temporaryFolder(), "--event", "Party", "--json"],
    {
      stdio: ["ignore", "pipe", openSync("/dev/full", "w")],
      env: { ...process.env, ROLLCALL_DATA_DIR: temporaryFolder() },
      encoding: "utf8",
    },
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ event: "Party", photos: 0 });
});
