import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { RollcallError } from "./domain/errors.ts";
import type { DetectionPreset } from "./face/detect.ts";
import type { EngineOptions } from "./face/engine.ts";

const presets: readonly DetectionPreset[] = ["fast", "balanced", "thorough"];

type Environment = Readonly<Record<string, string | undefined>>;

interface Setting<T> {
  readonly variable: `ROLLCALL_${string}`;
  /** Whose command-line option goes before the variable. */
  readonly option?: string;
  readonly about: string;
  /** In words, for the docs. */
  readonly default: string;
  /** What is allowed, in words: "a whole number from 1 to 256". */
  readonly allowed: string;
  /** Undefined for what is not allowed. */
  readonly parse: (text: string) => T | undefined;
  /** Its value is never shown. */
  readonly secret?: true;
}

/** Every setting: type, default and documentation. docs/configuration.md is made from it. */
export const settings = {
  dataDir: setting({
    variable: "ROLLCALL_DATA_DIR",
    option: "--data-dir",
    about: "Where Rollcall keeps its database and, unless told otherwise, the key to it.",
    default:
      "`$XDG_DATA_HOME/rollcall` or `~/.local/share/rollcall` on Linux, `~/Library/Application Support/rollcall` on macOS, `%LOCALAPPDATA%\\rollcall` on Windows",
    allowed: "the path of a folder; it is made when absent",
    parse: (text) => resolve(text),
  }),
  key: setting({
    variable: "ROLLCALL_KEY",
    about: "The key that embeddings are encrypted with. When set, no key file is read or made.",
    default: "the key file",
    allowed: "32 random bytes in base64 or hexadecimal, as `openssl rand -base64 32` makes them",
    // Looked at by the reader of keys, which says what is wrong with one.
    parse: (text) => text,
    secret: true,
  }),
  keyFile: setting({
    variable: "ROLLCALL_KEY_FILE",
    about:
      "The file that holds the key, in base64 or hexadecimal, which only its owner may read. Made with a random key when a new database needs one. Back it up apart from the database: without it the faces are lost.",
    default: "`rollcall.key` in the data folder",
    allowed: "the path of a file",
    parse: (text) => resolve(text),
  }),
  embedder: setting({
    variable: "ROLLCALL_EMBEDDER",
    option: "--embedder",
    about: "The model that tells faces apart. After a change, `rollcall index` looks at every photo again.",
    default: "`mobilefacenet`",
    allowed: "a name that `rollcall models list` shows",
    parse: (text) => text,
  }),
  preset: setting({
    variable: "ROLLCALL_PRESET",
    option: "--preset",
    about: "How small a face is still looked for, against time.",
    default: "`balanced`",
    allowed: `one of ${presets.join(", ")}`,
    parse: (text) => presets.find((preset) => preset === text),
  }),
  workers: setting({
    variable: "ROLLCALL_WORKERS",
    option: "--workers",
    about: "How many processes look at pictures at the same time.",
    default: "one per core",
    allowed: "a whole number from 1 to 256",
    parse: wholeNumber(1, 256),
  }),
  providers: setting({
    variable: "ROLLCALL_PROVIDERS",
    option: "--provider",
    about: "Where the models run: execution providers of ONNX Runtime, in order of preference.",
    default: "`cpu`",
    allowed: "names with commas between, such as `cuda,cpu`",
    parse: commaList,
  }),
  mirror: setting({
    variable: "ROLLCALL_MIRROR",
    about: "Whether each face is also looked at in the mirror: a little more accuracy for a fifth more time.",
    default: "`off`",
    allowed: "on or off",
    parse: (text) => ({ on: true, off: false })[text.toLowerCase()],
  }),
  cacheDir: setting({
    variable: "ROLLCALL_CACHE_DIR",
    about: "Where fetched models are kept. It can be deleted at any time: what is needed is fetched again.",
    default:
      "`$XDG_CACHE_HOME/rollcall` or `~/.cache/rollcall` on Linux, `~/Library/Caches/rollcall` on macOS, `%LOCALAPPDATA%\\rollcall` on Windows",
    allowed: "the path of a folder",
    parse: (text) => resolve(text),
  }),
  debug: setting({
    variable: "ROLLCALL_DEBUG",
    about: "Whether an error on the command line comes with the place in the program where it arose.",
    default: "`off`",
    allowed: "on or off, or 1 or 0",
    parse: (text) => ({ on: true, 1: true, off: false, 0: false })[text.toLowerCase()],
  }),
};

/** All that the environment decides. */
export interface Config {
  /** Absolute. */
  readonly dataDir: string;
  /** The text of the key, when the environment has it. */
  readonly key?: string;
  /** Absolute; undefined: in the data folder. */
  readonly keyFile?: string;
  readonly engine: EngineOptions;
}

/**
 * The settings of the environment; nothing else in Rollcall's own code reads it.
 *
 * @throws RollcallError OPTION_INVALID, naming the variable and what is allowed
 */
export function readConfig(env: Environment = process.env): Config {
  const key = read(settings.key, env);
  const keyFile = read(settings.keyFile, env);
  return {
    dataDir: read(settings.dataDir, env) ?? join(platformDataDir(env), "rollcall"),
    ...(key === undefined ? {} : { key }),
    ...(keyFile === undefined ? {} : { keyFile }),
    engine: engineOptions(env),
  };
}

/** Whether errors come with their stack. Never throws, because it is asked while an error is reported. */
export function debugRequested(env: Environment = process.env): boolean {
  return settings.debug.parse(env.ROLLCALL_DEBUG?.trim() ?? "") ?? false;
}

function engineOptions(env: Environment): EngineOptions {
  const embedder = read(settings.embedder, env);
  const preset = read(settings.preset, env);
  const workers = read(settings.workers, env);
  const providers = read(settings.providers, env);
  const mirror = read(settings.mirror, env);
  const cacheDir = read(settings.cacheDir, env);
  return {
    ...(embedder === undefined ? {} : { embedder }),
    ...(preset === undefined ? {} : { preset }),
    ...(workers === undefined ? {} : { workers }),
    ...(providers === undefined ? {} : { providers }),
    ...(mirror === undefined ? {} : { mirror }),
    ...(cacheDir === undefined ? {} : { cacheDir }),
  };
}

/** An empty variable counts as not set, as it does for most programs. */
function read<T>({ variable, allowed, parse, secret }: Setting<T>, env: Environment): T | undefined {
  const text = env[variable]?.trim();
  if (!text) return undefined;
  const value = parse(text);
  if (value !== undefined) return value;
  const shown = secret ? "a value" : `"${text}"`;
  throw new RollcallError("OPTION_INVALID", `${variable} is ${shown}, but must be ${allowed}.`);
}

function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

function wholeNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
}

function commaList(text: string): string[] | undefined {
  const names = text.split(",").map((name) => name.trim());
  return names.includes("") ? undefined : names;
}

function platformDataDir(env: Environment): string {
  switch (process.platform) {
    case "darwin":
      return join(homedir(), "Library", "Application Support");
    case "win32":
      return env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
    default:
      // The XDG base directory specification says to ignore relative paths.
      return env.XDG_DATA_HOME && isAbsolute(env.XDG_DATA_HOME)
        ? env.XDG_DATA_HOME
        : join(homedir(), ".local", "share");
  }
}
