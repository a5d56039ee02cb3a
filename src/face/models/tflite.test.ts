import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { type OnnxSession, openSession } from "../onnx.ts";
import { modelEnvironment } from "./cache.ts";
import { manifest } from "./manifest.ts";
import { readSources } from "./sources.ts";
import { convertTflite, type TfliteConversion } from "./tflite.ts";

const nets = new Map<string, Uint8Array>();

beforeAll(async () => {
  for (const name of ["mtcnn", "mobilefacenet"]) {
    const entry = manifest.find((candidate) => candidate.name === name);
    if (entry === undefined) throw new Error(`the manifest has no ${name}`);
    for (const [id, bytes] of await readSources(entry, modelEnvironment())) nets.set(`${name}/${id}`, bytes);
  }
});

function bytesOf(net: string): Uint8Array {
  const bytes = nets.get(net);
  if (bytes === undefined) throw new Error(`${net} was not fetched`);
  return bytes;
}

async function run(session: OnnxSession, dims: number[]) {
  const data = new Float32Array(dims.reduce((a, b) => a * b, 1)).map((_, i) => Math.sin(i * 0.37) * 0.9);
  return session.run({ data, dims });
}

describe("a TFLite net turned into ONNX", () => {
  it.each<[string, TfliteConversion, number[]]>([
    [
      "mtcnn/pnet",
      { name: "pnet", anySize: true, transposed: true, outputs: ["probability", "offsets"] },
      [1, 3, 31, 44],
    ],
    ["mtcnn/rnet", { name: "rnet", transposed: true, outputs: ["probability", "offsets"] }, [3, 3, 24, 24]],
    ["mtcnn/onet", { name: "onet", outputs: ["probability", "offsets", "landmarks"] }, [2, 3, 48, 48]],
    ["mobilefacenet/embedder", { name: "mobilefacenet", outputs: ["embedding"] }, [2, 3, 112, 112]],
  ])("gives the same numbers as operator by operator: %s", async (net, conversion, dims) => {
    const fast = await openSession(convertTflite(bytesOf(net), conversion), { threads: 1 });
    const literal = await openSession(convertTflite(bytesOf(net), { ...conversion, literal: true }), { threads: 1 });
    const [a, b] = [await run(fast, dims), await run(literal, dims)];
    expect(Object.keys(a)).toEqual([...conversion.outputs]);
    for (const name of conversion.outputs) {
      expect(a[name]?.dims).toEqual(b[name]?.dims);
      const difference = (a[name]?.data ?? new Float32Array()).map((value, i) =>
        Math.abs(value - (b[name]?.data[i] ?? 9)),
      );
      expect(Math.max(...difference)).toBeLessThan(1e-4);
    }
  });

  it("sees a picture turned on its side when its axes are swapped", async () => {
    const conversion = { name: "rnet", outputs: ["probability", "offsets"] } as const;
    const upright = await openSession(convertTflite(bytesOf("mtcnn/rnet"), { ...conversion, transposed: true }), {});
    const asTrained = await openSession(convertTflite(bytesOf("mtcnn/rnet"), conversion), {});
    const picture = new Float32Array(3 * 24 * 24).map((_, i) => Math.sin(i * 0.37));
    const turned = picture.map((_, i) => {
      const [c, y, x] = [Math.floor(i / 576), Math.floor((i % 576) / 24), i % 24];
      return picture[c * 576 + x * 24 + y] ?? 0;
    });
    const dims = [1, 3, 24, 24];
    const a = await upright.run({ data: picture, dims });
    const b = await asTrained.run({ data: turned, dims });
    expect(a.probability?.data[0]).toBeCloseTo(b.probability?.data[0] ?? -1, 5);
  });

  it("refuses what is not TFLite, and a file cut short at any point, with a coded error", () => {
    const conversion = { name: "rnet", outputs: ["probability", "offsets"] } as const;
    const whole = bytesOf("mtcnn/rnet");
    expect(() => convertTflite(new Uint8Array(100), conversion)).toThrow(
      expect.objectContaining({ code: "MODEL_CORRUPT" }),
    );
    for (const length of [8, 20, 1000, 100_000, whole.length - 5000]) {
      expect(() => convertTflite(whole.slice(0, length), conversion)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^MODEL_(CORRUPT|UNSUPPORTED)$/) }),
      );
    }
  });
});

describe("openSession", () => {
  it("names the providers there are when asked for one that this runtime lacks", async () => {
    await expect(openSession(await readFile(new URL(import.meta.url)), { providers: ["tpu"] })).rejects.toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
      message: expect.stringContaining("cpu"),
    });
  });

  it("refuses a file that is no network", async () => {
    await expect(openSession(new Uint8Array(64))).rejects.toMatchObject({ code: "MODEL_UNSUPPORTED" });
  });
});
