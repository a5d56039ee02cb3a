import { createRequire } from "node:module";
import { join } from "node:path";
import sharp from "sharp";
import type { PixelBox } from "../src/face/index.ts";
import { compete } from "./compete.ts";

/** face-api on TensorFlow.js' WASM backend. */

interface Tensor {
  dispose(): void;
}

interface Net {
  loadFromDisk(folder: string): Promise<void>;
}

/** As much of their interfaces as is used here. */
interface FaceApi {
  readonly nets: { readonly ssdMobilenetv1: Net; readonly faceLandmark68Net: Net; readonly faceRecognitionNet: Net };
  detectAllFaces(input: Tensor): { withFaceLandmarks(): { withFaceDescriptors(): Promise<readonly Described[]> } };
}

interface Described {
  readonly detection: {
    readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  };
  readonly descriptor: Float32Array;
}

interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  env(): { getAsync(flag: string): Promise<unknown> };
  tensor3d(values: Uint8Array, shape: readonly number[], type: "int32"): Tensor;
}

interface WasmBackend {
  setWasmPaths(folder: string): void;
}

const [folder, side] = process.argv.slice(2);
if (folder === undefined || side === undefined) throw new Error("usage: peer-face-api.ts <folder> <longest side>");
const maxSide = Number(side);
const require = createRequire(join(folder, "package.json"));

await compete(async () => {
  const tf: TensorFlow = require("@tensorflow/tfjs");
  const wasm: WasmBackend = require("@tensorflow/tfjs-backend-wasm");
  const faceApi: FaceApi = require("@vladmandic/face-api/dist/face-api.node-wasm.js");

  wasm.setWasmPaths(`${join(folder, "node_modules/@tensorflow/tfjs-backend-wasm/dist")}/`);
  await tf.setBackend("wasm");
  await tf.ready();
  const weights = join(folder, "node_modules/@vladmandic/face-api/model");
  const { ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet } = faceApi.nets;
  for (const net of [ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet]) await net.loadFromDisk(weights);

  const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true;
  const threads = (await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT")) === true;

  // The networks block the thread anyway; one photo after the other keeps the memory low.
  let free: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = free.then(work);
    free = result.catch(() => undefined);
    return result;
  };

  return {
    about: `WASM${simd ? " with SIMD" : ""}, ${threads ? "threads" : "no threads (the backend has none in Node)"}, SSD MobileNet, 68 landmarks, 128-D descriptors`,
    // While one photo is in the networks, libvips decodes the next on another thread.
    atOnce: 2,
    find: async (file) => {
      const photo = await decode(file, maxSide);
      return await inTurn(async () => {
        const tensor = tf.tensor3d(photo.data, [photo.height, photo.width, 3], "int32");
        try {
          const faces = await faceApi.detectAllFaces(tensor).withFaceLandmarks().withFaceDescriptors();
          return faces.map(({ detection: { box } }): PixelBox => {
            const [x1, y1, x2, y2] = [box.x, box.y, box.x + box.width, box.y + box.height];
            return [x1 * photo.scale, y1 * photo.scale, x2 * photo.scale, y2 * photo.scale];
          });
        } finally {
          tensor.dispose();
        }
      });
    },
  };
});

async function decode(file: string, maxSide: number) {
  const picture = sharp(file);
  const { width: originalWidth } = await picture.metadata();
  const sized = Number.isFinite(maxSide)
    ? picture.resize({ width: maxSide, height: maxSide, fit: "inside", withoutEnlargement: true, kernel: "linear" })
    : picture;
  const { data, info } = await sized.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, scale: originalWidth / info.width };
}
