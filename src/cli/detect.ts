import { Command } from "commander";
import type { FaceEngine } from "../face/engine.ts";
import type { Face, FacesInImage } from "../face/face.ts";
import type { Point } from "../face/geometry.ts";
import { documented } from "./documentation.ts";
import { exitCodes } from "./exit-codes.ts";
import { mapInOrder } from "./in-order.ts";
import { boxJson, type FaceJson, fraction, pointJson } from "./json.ts";
import { withEngine } from "./open.ts";
import { addEngineOptions, type CommonOptions, type EngineFlags, jsonOption } from "./options.ts";
import { averageProgress, progressText } from "./progress.ts";
import { type ErrorJson, errorAsJson } from "./report-error.ts";
import { runCommand, type Session } from "./session.ts";
import { count, percent, printable } from "./text.ts";

/** Pictures asked for at a time: enough that no worker of the engine waits, few enough to hold the answers in memory. */
const inFlight = 64;

/** One face in the answer of `detect --json`. */
interface DetectedFaceJson extends FaceJson {
  readonly landmarks: readonly Point[];
  readonly score: number;
}

/** One picture in the answer of `detect --json`. */
type DetectedFileJson =
  | {
      readonly file: string;
      readonly width: number;
      readonly height: number;
      readonly damaged?: true;
      readonly faces: readonly DetectedFaceJson[];
    }
  | { readonly file: string; readonly error: ErrorJson };

const example: readonly DetectedFileJson[] = [
  {
    file: "party.jpg",
    width: 4032,
    height: 3024,
    faces: [
      {
        box: [1180.4, 722.1, 1421.9, 1035.6],
        landmarks: [
          [1246.2, 843.5],
          [1357.8, 846.1],
          [1301.4, 911.7],
          [1255.9, 963.2],
          [1346.3, 965.8],
        ],
        score: 0.9998,
        quality: 0.91,
        reasons: [],
      },
    ],
  },
  { file: "cut-short.jpg", width: 1600, height: 1200, damaged: true, faces: [] },
  {
    file: "notes.pdf",
    error: {
      code: "IMAGE_UNSUPPORTED",
      message: "By its content, the file is a PDF document. Use JPEG, PNG, WebP, AVIF or HEIC.",
    },
  },
];

export function detectCommand(): Command {
  const command = new Command("detect")
    .description("Find the faces in pictures. Nothing is stored.")
    .argument("<picture...>", "the pictures to look at")
    .addOption(jsonOption())
    .action(async (pictures: string[], options: CommonOptions & EngineFlags) => {
      await runCommand(options, (session) => detect(pictures, options, session));
    });
  return documented(addEngineOptions(command), {
    examples: [
      { line: "rollcall detect party.jpg", does: "Counts the faces and says where they are." },
      { line: "rollcall detect *.jpg --json > faces.json", does: "The same for many pictures, for other programs." },
    ],
    json: {
      examples: [example],
      notes: [
        "One element per picture, in the order given. A picture that could not be read has `error` in place of the rest.",
        "When it is stopped or cannot go on, the last element has `error` alone, without `file`.",
        "`box` is left, top, right, bottom and `landmarks` are eye, eye, nose tip, mouth corner, mouth corner, left to right as seen in the picture; all in pixels of the upright picture, `width` by `height`.",
        "`score` is how sure the detector is and `quality` how well the face can be recognised, both 0 to 1; `reasons` says what lowers the quality.",
        "`damaged` is there, and true, when only a part of the file could be decoded.",
      ],
    },
  });
}

async function detect(pictures: readonly string[], flags: EngineFlags, session: Session) {
  return await withEngine(flags, session, async (engine) => {
    const answer = session.answerInParts();
    const started = performance.now();
    let done = 0;
    let failed = 0;
    for await (const result of mapInOrder(pictures, inFlight, (file) => detectIn(file, engine, session.signal))) {
      if ("error" in result) failed++;
      await answer.add(result, () => describe(result, session));
      session.status(progressText("Looking at", "picture", averageProgress(++done, pictures.length, started)));
    }
    await answer.end();
    return failed > 0 ? exitCodes.someFilesFailed : exitCodes.done;
  });
}

async function detectIn(file: string, engine: FaceEngine, signal: AbortSignal): Promise<DetectedFileJson> {
  try {
    signal.throwIfAborted();
    return fileJson(file, await engine.findFaces(file, { signal }));
  } catch (error) {
    // Being stopped says nothing about the file.
    signal.throwIfAborted();
    return { file, error: errorAsJson(error) };
  }
}

function fileJson(file: string, { width, height, damaged, faces }: FacesInImage): DetectedFileJson {
  return { file, width, height, ...(damaged ? { damaged } : {}), faces: faces.map(detectedFaceJson) };
}

function detectedFaceJson({ box, landmarks, score, quality }: Face): DetectedFaceJson {
  return {
    box: boxJson(box),
    landmarks: landmarks.map(pointJson),
    score: fraction(score),
    quality: fraction(quality.score),
    reasons: quality.reasons,
  };
}

function describe(result: DetectedFileJson, { colours }: Session): string[] {
  const name = colours.bold(printable(result.file));
  if ("error" in result) return [`${name}: ${colours.warn(printable(result.error.message))} (${result.error.code})`];
  const { width, height, damaged, faces } = result;
  const note = damaged ? colours.warn(" (damaged: only a part could be read)") : "";
  return [
    `${name}: ${count(faces.length, "face")} in ${width} x ${height} pixels${note}`,
    ...faces.map(({ box: [x1, y1, x2, y2], score, quality, reasons }) => {
      const size = `${Math.round(x2 - x1)} x ${Math.round(y2 - y1)} pixels at ${Math.round(x1)}, ${Math.round(y1)}`;
      const why = reasons.length === 0 ? "" : `: ${reasons.join(", ")}`;
      return `  ${size} · ${percent(score)} sure · quality ${Math.round(quality * 100)} of 100${why}`;
    }),
  ];
}
