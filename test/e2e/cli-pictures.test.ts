import { chmod } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { writeBadPictures } from "../bad-pictures.ts";
import { documentedJson } from "./json-shape.ts";
import { runCli, startCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

let photos: string;
beforeAll(async () => {
  photos = await sampleFolder();
}, 120_000);

describe("detect", { timeout: 120_000 }, () => {
  test("gives boxes and landmarks in pixels, in the documented shape", async () => {
    const file = join(photos, "sample1.jpg");
    const { code, stdout } = await runCli(["detect", file, "--json", "--workers", "1"]);
    expect(code).toBe(0);
    const number = expect.any(Number);
    const face = {
      box: [number, number, number, number],
      landmarks: Array.from({ length: 5 }, () => [number, number]),
      score: number,
      quality: number,
      reasons: expect.any(Array),
    };
    const answer = documentedJson("detect", stdout);
    expect(answer).toEqual([{ file, width: 1920, height: 1280, faces: [face, face, face] }]);
    expect(JSON.stringify(answer)).not.toContain("embedding");
  });

  test("answers in the order asked, names files that fail, and goes on", async () => {
    const folder = temporaryFolder();
    const bad = await writeBadPictures(folder, await sharp(join(photos, "sample3.jpg")).resize(480).toBuffer());
    await chmod(join(folder, "locked"), 0o700);
    const files = bad.map(({ name }) => join(folder, name));
    const { code, stdout, stderr } = await runCli(["detect", "--json", ...files]);
    expect(code).toBe(3);
    expect(stderr).not.toContain("    at ");
    const outcomes = bad.map(({ name, expected }) =>
      "error" in expected
        ? { file: join(folder, name), error: { code: expected.error, message: expect.stringMatching(/\w.*\.$/su) } }
        : expect.objectContaining({ file: join(folder, name), faces: expect.any(Array) }),
    );
    expect(documentedJson("detect", stdout)).toEqual(outcomes);
  });

  test("keeps a name with a newline on one line for people", async () => {
    const { code, stdout } = await runCli(["detect", "two\nlines\u001b[2J.jpg"]);
    expect(code).toBe(3);
    expect(stdout).toContain("two\\nlines\\u{1b}[2J.jpg: ");
    expect(stdout).not.toContain("\u001b");
  });

  test("ends quietly when the reader of its output leaves", async () => {
    const files = Array.from({ length: 40 }, () => join(photos, "sample1.jpg"));
    const running = startCli(["detect", "--json", "--preset", "fast", ...files]);
    running.child.stdout?.once("data", () => running.child.stdout?.destroy());
    const { code, stderr } = await running.result;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/EPIPE|Error/u);
  });

  test("closes the array when it is stopped, and says so in it and with 130", async () => {
    const files = Array.from({ length: 400 }, () => join(photos, "sample6.jpg"));
    const running = startCli(["detect", "--json", ...files]);
    running.child.stdout?.once("data", () => running.child.kill("SIGINT"));
    const { code, stdout, stderr } = await running.result;
    expect(code).toBe(130);
    expect(stderr).toContain("Stopped.");
    const answer = JSON.parse(stdout);
    expect(answer.length).toBeGreaterThan(1);
    expect(answer.length).toBeLessThan(files.length);
    expect(answer.at(-1)).toEqual({ error: { code: "STOPPED", message: expect.any(String) } });
  });
});

describe("compare", { timeout: 120_000 }, () => {
  test("tells the same face from another", async () => {
    const [one, same, other] = [join(photos, "sample3.jpg"), "same.webp", join(photos, "sample4.jpg")];
    const folder = temporaryFolder();
    await sharp(one).resize(1280).webp({ quality: 70 }).toFile(join(folder, same));
    const yes = documentedJson("compare", (await runCli(["compare", one, join(folder, same), "--json"])).stdout);
    const no = documentedJson("compare", (await runCli(["compare", one, other, "--json"])).stdout);
    expect(yes).toMatchObject({ a: { file: one, facesInPicture: 3 }, b: { facesInPicture: 3 } });
    expect(confidence(yes)).toBeGreaterThan(0.99);
    expect(confidence(no)).toBeLessThan(0.3);
  });

  test("says when a picture has no face", async () => {
    const blank = join(temporaryFolder(), "blank.png");
    await sharp({ create: { width: 300, height: 200, channels: 3, background: "#888" } }).toFile(blank);
    const { code, stdout, stderr } = await runCli(["compare", blank, join(photos, "sample1.jpg"), "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "FACE_MISSING" } });
    expect(stderr).toContain("blank.png");
  });
});

function confidence(answer: unknown): number {
  const known = typeof answer === "object" && answer !== null && "confidence" in answer;
  return known && typeof answer.confidence === "number" ? answer.confidence : Number.NaN;
}
