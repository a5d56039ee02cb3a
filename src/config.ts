import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { problemsIn } from "./config/problems.ts";
import { commaList, type Environment, hostAddress, publicUrl, read, setting, wholeNumber } from "./config/setting.ts";
import { RollcallError } from "./domain/errors.ts";
import { parseKey } from "./domain/key-text.ts";
import type { DetectionPreset } from "./face/detect.ts";
import type { EngineOptions } from "./face/engine.ts";

const presets: readonly DetectionPreset[] = ["fast", "balanced", "thorough"];

const logLevels = ["silent", "error", "warn", "info", "debug"] as const;

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
    parse: (text) => parseKey(text, "ROLLCALL_KEY"),
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
    about:
      "The model that tells faces apart. An event that was given its models, by an option or on the page of settings, keeps them; in all others, the server and `rollcall index` look at every photo again after a change. For the server it counts until models are first chosen on its page of settings.",
    default: "`mobilefacenet`",
    allowed: "a name that `rollcall models list` shows",
    parse: (text) => text,
  }),
  preset: setting({
    variable: "ROLLCALL_PRESET",
    option: "--preset",
    about:
      "How small a face is still looked for, against time. For the server it counts until models are first chosen on its page of settings.",
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
    about: "Whether each face is also looked at in the mirror: a little more accuracy for a seventh more time.",
    default: "`on`",
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
  port: setting({
    variable: "ROLLCALL_PORT",
    option: "--port",
    about: "The port the server listens on.",
    default: "`8080`",
    allowed: "a whole number from 0 to 65535; 0 takes any free one",
    parse: wholeNumber(0, 65_535),
  }),
  host: setting({
    variable: "ROLLCALL_HOST",
    option: "--host",
    about:
      "The address the server listens on. The default is reached from this machine alone; `0.0.0.0` from every machine that can reach this one.",
    default: "`127.0.0.1`",
    allowed: "an IP address or the name of one",
    parse: hostAddress,
  }),
  publicUrl: setting({
    variable: "ROLLCALL_PUBLIC_URL",
    about:
      "Where browsers reach the server, when that is not the address it listens on: behind a proxy that speaks HTTPS. Links for guests begin with it, and with `https://` cookies are sent over HTTPS alone.",
    default: "the address of each request",
    allowed: "an address such as `https://photos.example.org`, without a path",
    parse: publicUrl,
  }),
  insecureHttp: setting({
    variable: "ROLLCALL_INSECURE_HTTP",
    about:
      "Whether one can sign in over plain HTTP from other machines. Passwords, links and selfies then cross the network readable by all on it, and phones do not let pages use the camera; a proxy with HTTPS is better.",
    default: "`off`",
    allowed: "on or off",
    parse: (text) => ({ on: true, off: false })[text.toLowerCase()],
  }),
  trustProxy: setting({
    variable: "ROLLCALL_TRUST_PROXY",
    about:
      "Whether the addresses of callers are taken from `X-Forwarded-For`, for limits on tries. Only behind a proxy that sets it: others could pretend to be somebody else. What the proxy added last counts; of several proxies, the one that is nearest.",
    default: "`off`",
    allowed: "on or off",
    parse: (text) => ({ on: true, off: false })[text.toLowerCase()],
  }),
  maxUploadMb: setting({
    variable: "ROLLCALL_MAX_UPLOAD_MB",
    about: "How large one uploaded photo may be, in megabytes.",
    default: "`256`",
    allowed: "a whole number from 1 to 512",
    parse: wholeNumber(1, 512),
  }),
  eventQuotaGb: setting({
    variable: "ROLLCALL_EVENT_QUOTA_GB",
    about:
      "How large the uploaded photos of one event may be together, in gigabytes, with those that are still being uploaded.",
    default: "`500`",
    allowed: "a whole number from 1 to 100000",
    parse: wholeNumber(1, 100_000),
  }),
  logLevel: setting({
    variable: "ROLLCALL_LOG_LEVEL",
    about:
      "How much the server writes to its log. No level writes names, tokens, vectors or what is in files. `npm start` takes `warn` where nothing is set.",
    default: "`info`",
    allowed: `one of ${logLevels.join(", ")}`,
    parse: (text) => logLevels.find((level) => level === text),
  }),
  debug: setting({
    variable: "ROLLCALL_DEBUG",
    about: "Whether an error on the command line comes with the place in the program where it arose.",
    default: "`off`",
    allowed: "on or off, or 1 or 0",
    parse: (text) => ({ on: true, 1: true, off: false, 0: false })[text.toLowerCase()],
  }),
};

/** Named like settings, and read by the development server and the tests alone. */
const developerVariables = ["ROLLCALL_API", "ROLLCALL_SCREENSHOTS", "ROLLCALL_SHARED", "ROLLCALL_TEST_CHROMIUM"];

/** All that the environment decides. */
export interface Config {
  /** Absolute. */
  readonly dataDir: string;
  /** Nothing said which one. */
  readonly dataDirIsDefault: boolean;
  /** 32 bytes, when the environment has it. */
  readonly key?: Buffer;
  /** Absolute; undefined: in the data folder. */
  readonly keyFile?: string;
  readonly engine: EngineOptions;
  readonly server: ServerConfig;
}

/** How the server is reached, and what it lets in. */
export interface ServerConfig {
  readonly port: number;
  readonly host: string;
  /** Without a "/" at the end; undefined: the address of each request. */
  readonly publicUrl?: string;
  readonly insecureHttp: boolean;
  readonly trustProxy: boolean;
  /** Of one photo. */
  readonly mostUploadBytes: number;
  /** Of all uploaded photos of an event. */
  readonly eventQuotaBytes: number;
  readonly logLevel: (typeof logLevels)[number];
}

/**
 * The settings of the environment; nothing else in Rollcall's own code reads it.
 *
 * @throws RollcallError OPTION_INVALID, listing every variable that is wrong and what is allowed
 */
export function readConfig(env: Environment = process.env): Config {
  const problems = problemsIn(env, Object.values(settings), developerVariables);
  if (problems.length === 1) throw new RollcallError("OPTION_INVALID", problems.join());
  if (problems.length > 1) {
    const list = problems.map((problem) => `\n- ${problem}`).join("");
    throw new RollcallError("OPTION_INVALID", `${problems.length} settings in the environment are wrong:${list}`);
  }
  const dataDir = read(settings.dataDir, env);
  const key = read(settings.key, env);
  const keyFile = read(settings.keyFile, env);
  return {
    dataDir: dataDir ?? join(platformDataDir(env), "rollcall"),
    dataDirIsDefault: dataDir === undefined,
    ...(key === undefined ? {} : { key }),
    ...(keyFile === undefined ? {} : { keyFile }),
    engine: engineOptions(env),
    server: serverConfig(env),
  };
}

function serverConfig(env: Environment): ServerConfig {
  const publicUrl = read(settings.publicUrl, env);
  return {
    port: read(settings.port, env) ?? 8080,
    host: read(settings.host, env) ?? "127.0.0.1",
    ...(publicUrl === undefined ? {} : { publicUrl }),
    insecureHttp: read(settings.insecureHttp, env) ?? false,
    trustProxy: read(settings.trustProxy, env) ?? false,
    mostUploadBytes: (read(settings.maxUploadMb, env) ?? 256) * 1e6,
    eventQuotaBytes: (read(settings.eventQuotaGb, env) ?? 500) * 1e9,
    logLevel: read(settings.logLevel, env) ?? "info",
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
