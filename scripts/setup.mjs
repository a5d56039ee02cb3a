// @ts-check
// Brings a fresh clone to the point where it runs: installs the dependencies and builds dist/, each only when needed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const builtStamp = join(root, "dist", ".built");
// Not in web/dist, all of which is served.
const webStamp = join(root, "dist", ".web-built");

/**
 * Runs a program in the project's folder; its output goes to stderr, because stdout belongs to whatever was asked for.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {number} its exit code
 */
export function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: command === "npm" && onWindows,
  });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

const onWindows = process.platform === "win32";

/**
 * @param {string} name of a package that brings a program
 * @param {string} bin path of the program inside the package
 * @param {readonly string[]} args
 */
export function runTool(name, bin, args) {
  return run(process.execPath, [join(root, "node_modules", name, bin), ...args]);
}

/** npm writes node_modules/.package-lock.json last, so an install that was cut short does not count. */
export function isInstalled() {
  const installed = modified(join(root, "node_modules", ".package-lock.json"));
  return installed !== undefined && installed >= (modified(join(root, "package-lock.json")) ?? 0);
}

export function install() {
  if (isInstalled()) return;
  console.error("Installing dependencies ...");
  // .npmrc silences npm for the sake of `--json`; here its errors are wanted.
  if (run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]) !== 0) {
    fail("npm could not install the dependencies; its message is above. Connect to the network and run this again.");
  }
}

/**
 * @param {string} stamp of the last build
 * @param {string} fingerprint of the sources
 */
function isStamped(stamp, fingerprint) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint;
}

/** Whether dist/ and web/dist/ are what the sources say. */
function isBuilt() {
  return isStamped(builtStamp, fingerprintOfSources()) && isStamped(webStamp, fingerprintOfWeb());
}

export function build() {
  buildServer();
  buildWeb();
}

function buildWeb() {
  const fingerprint = fingerprintOfWeb();
  if (isStamped(webStamp, fingerprint) && existsSync(join(root, "web", "dist", "index.html"))) return;
  console.error("Building the web app ...");
  if (runTool("vite", "bin/vite.js", ["build", "web", "--logLevel", "warn"]) !== 0) {
    fail("The build of the web app failed; see above.");
  }
  writeFileSync(webStamp, fingerprint);
}

function buildServer() {
  const fingerprint = fingerprintOfSources();
  if (isStamped(builtStamp, fingerprint)) return;
  console.error("Building ...");
  if (runTool("typescript", "bin/tsc", ["-p", "tsconfig.build.json"]) !== 0) fail("The build failed; see above.");
  removeOrphans();
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(builtStamp, fingerprint);
}

/** Path, size and time of everything the build reads: a file that was deleted or went back in time counts as a change. */
function fingerprintOfSources() {
  return fingerprintOf(["package-lock.json", "tsconfig.json", "tsconfig.build.json", ...filesUnder("src")]);
}

function fingerprintOfWeb() {
  const own = ["index.html", "g.html", "vite.config.ts", "tsconfig.json"].map((name) => join("web", name));
  const folders = ["src", "public", "worker"].flatMap((name) => filesUnder(join("web", name)));
  return fingerprintOf(["package-lock.json", "tsconfig.json", ...own, ...folders]);
}

/** @param {string[]} files relative to the project */
function fingerprintOf(files) {
  const hash = createHash("sha256").update(process.version);
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/** The compiler leaves the output of deleted sources behind, where an import could still find it. */
function removeOrphans() {
  for (const file of filesUnder("dist")) {
    const source = file.match(/^dist(.*?)(?:\.d\.ts|\.js)$/)?.[1];
    if (source !== undefined && !existsSync(join(root, `src${source}.ts`))) rmSync(join(root, file));
  }
}

/**
 * @param {string} folder relative to the project
 * @returns {string[]} paths relative to the project
 */
function filesUnder(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** @param {string} path */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** Says so before npm or the compiler fail in their own words. */
function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Rollcall needs Node 20.19 or newer; this is ${process.version}.`);
  }
}

requireNode();
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // The end-to-end tests ask before they run what is in dist/.
  if (process.argv.includes("--is-built")) process.exit(isInstalled() && isBuilt() ? 0 : 1);
  install();
  build();
}
