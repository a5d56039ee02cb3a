import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  /** Of a workspace: the folder is of this project. */
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages }: { packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"),
);
const installed = Object.entries(packages).filter(
  ([path, { link }]) => path.includes("node_modules/") && link !== true,
);
const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

// npm leaves platforms out when it locks with node_modules in place, and packages whose registry does not have them.
describe("the lock file", () => {
  test("has the hash of every package", () => {
    expect(installed.length).toBeGreaterThan(100);
    expect(installed.filter(([, locked]) => !locked.integrity?.startsWith("sha512-"))).toEqual([]);
  });

  test("leaves open where packages are downloaded from", () => {
    expect(installed.filter(([, locked]) => locked.resolved !== undefined)).toEqual([]);
  });

  test("has the binaries of every platform, so that npm ci works on each", () => {
    const versions = new Set(installed.map(([path, { version }]) => `${nameOf(path)}@${version}`));
    const wanted = installed.flatMap(([, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies).flatMap(([name, version]) =>
        // A range stands for a package that is no platform's.
        /^\d/u.test(version) ? [`${name}@${version}`] : [],
      ),
    );
    expect(wanted.filter((name) => !versions.has(name))).toEqual([]);
    for (const platform of ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"]) {
      expect([...versions].filter((name) => name.startsWith(`@img/sharp-${platform}@`))).toHaveLength(1);
    }
  });
});
