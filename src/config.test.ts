import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { debugRequested, readConfig, settings } from "./config.ts";

const key = Buffer.from("3f1c9a5577d0e2b84c06f9a1d35be8270b6e4d92c7f8135aa0917ce34482bd6f", "hex");

describe("readConfig", () => {
  it("leaves everything to the defaults in an empty environment", () => {
    const { dataDir, server, ...rest } = readConfig({});
    expect(dataDir.startsWith(homedir())).toBe(true);
    expect(rest).toEqual({ dataDirIsDefault: true, engine: {} });
    expect(server).toMatchObject({ port: 8080, host: "127.0.0.1", insecureHttp: false, trustProxy: false });
  });

  it("reads every setting", () => {
    expect(
      readConfig({
        ROLLCALL_DATA_DIR: "data",
        ROLLCALL_KEY: key.toString("base64"),
        ROLLCALL_KEY_FILE: "/k",
        ROLLCALL_EMBEDDER: "dlib",
        ROLLCALL_PRESET: "thorough",
        ROLLCALL_WORKERS: "3",
        ROLLCALL_PROVIDERS: "cuda, cpu",
        ROLLCALL_MIRROR: "Off",
        ROLLCALL_CACHE_DIR: "/c",
        ROLLCALL_PORT: "0",
        ROLLCALL_HOST: "0.0.0.0",
        ROLLCALL_PUBLIC_URL: "https://photos.example.org/",
        ROLLCALL_INSECURE_HTTP: "on",
        ROLLCALL_TRUST_PROXY: "on",
        ROLLCALL_MAX_UPLOAD_MB: "20",
        ROLLCALL_EVENT_QUOTA_GB: "3",
        ROLLCALL_LOG_LEVEL: "warn",
      }),
    ).toEqual({
      dataDir: resolve("data"),
      dataDirIsDefault: false,
      key,
      keyFile: "/k",
      engine: {
        embedder: "dlib",
        preset: "thorough",
        workers: 3,
        providers: ["cuda", "cpu"],
        mirror: false,
        cacheDir: "/c",
      },
      server: {
        port: 0,
        host: "0.0.0.0",
        publicUrl: "https://photos.example.org",
        insecureHttp: true,
        trustProxy: true,
        mostUploadBytes: 20e6,
        eventQuotaBytes: 3e9,
        logLevel: "warn",
      },
    });
  });

  it("takes an empty variable as not set", () => {
    expect(readConfig({ ROLLCALL_WORKERS: "", ROLLCALL_KEY: "  " })).toEqual(readConfig({}));
  });

  it.each([
    ["ROLLCALL_WORKERS", "0"],
    ["ROLLCALL_WORKERS", "two"],
    ["ROLLCALL_WORKERS", "1.5"],
    ["ROLLCALL_WORKERS", "257"],
    ["ROLLCALL_PRESET", "slow"],
    ["ROLLCALL_PRESET", "toString"],
    ["ROLLCALL_MIRROR", "maybe"],
    ["ROLLCALL_PROVIDERS", "cuda,,cpu"],
    ["ROLLCALL_PORT", "65536"],
    ["ROLLCALL_PUBLIC_URL", "photos.example.org"],
    ["ROLLCALL_PUBLIC_URL", "https://photos.example.org/path"],
    ["ROLLCALL_PUBLIC_URL", "javascript:alert(1)"],
    ["ROLLCALL_LOG_LEVEL", "loud"],
  ])("refuses %s=%s, naming the variable and what is allowed", (variable, text) => {
    const allowed = Object.values(settings).find((setting) => setting.variable === variable)?.allowed ?? "?";
    expect(() => readConfig({ [variable]: text })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(variable) }),
    );
    expect(() => readConfig({ [variable]: text })).toThrow(allowed);
  });

  it("lists everything that is wrong at once, and never the text of the key", () => {
    const env = { ROLLCALL_PORT: "http", ROLLCALL_WORKERS: "0", ROLLCALL_PROT: "8080", ROLLCALL_KEY: "secret" };
    expect(() => readConfig(env)).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: [
          "4 settings in the environment are wrong:",
          "- ROLLCALL_KEY must hold 32 bytes in base64 or hexadecimal, as `openssl rand -base64 32` makes them.",
          '- ROLLCALL_WORKERS is "0", but must be a whole number from 1 to 256.',
          '- ROLLCALL_PORT is "http", but must be a whole number from 0 to 65535; 0 takes any free one.',
          "- ROLLCALL_PROT is no setting of Rollcall. Did you mean ROLLCALL_PORT?",
        ].join("\n"),
      }),
    );
  });

  it.each([
    ["ROLLCALL_DATADIR", "Did you mean ROLLCALL_DATA_DIR?"],
    ["ROLLCALL_EMBEDER", "Did you mean ROLLCALL_EMBEDDER?"],
    ["ROLLCALL_LGO_LEVEL", "Did you mean ROLLCALL_LOG_LEVEL?"],
    ["ROLLCALL_PROT", "Did you mean ROLLCALL_PORT?"],
    ["ROLLCALL_FOO", "Remove it."],
    ["ROLLCALL_SOMETHING_ELSE", "Remove it."],
  ])("refuses the unknown %s: %s", (name, hint) => {
    expect(() => readConfig({ [name]: "" })).toThrow(`${name} is no setting of Rollcall. ${hint}`);
  });

  it("leaves the variables of others, and of the tests, alone", () => {
    expect(readConfig({ PORT: "x", ROLLCALLER: "x", ROLLCALL_TEST_CHROMIUM: "x" })).toEqual(readConfig({}));
  });

  it.runIf(process.platform === "linux")("follows the XDG base directory specification", () => {
    expect(readConfig({ XDG_DATA_HOME: "/x" }).dataDir).toBe("/x/rollcall");
    expect(readConfig({ XDG_DATA_HOME: "relative" }).dataDir).toBe(join(homedir(), ".local/share/rollcall"));
  });
});

describe("debugRequested", () => {
  it("never throws", () => {
    expect(["1", "on", "0", "nonsense", undefined].map((text) => debugRequested({ ROLLCALL_DEBUG: text }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
