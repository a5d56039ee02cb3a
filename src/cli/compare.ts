import { Command } from "commander";
import { RollcallError } from "../domain/errors.ts";
import type { FaceEngine } from "../face/engine.ts";
import type { Face } from "../face/face.ts";
import { boxHeight, boxWidth } from "../face/geometry.ts";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { boxJson, type FaceJson, fraction } from "./json.ts";
import { withEngine } from "./open.ts";
import { addEngineOptions, type CommonOptions, type EngineFlags, jsonOption } from "./options.ts";
import { runCommand, type Session } from "./session.ts";
import { percent, printable } from "./text.ts";

interface ComparedFaceJson extends FaceJson {
  readonly file: string;
  readonly facesInPicture: number;
}

interface CompareJson {
  readonly a: ComparedFaceJson;
  readonly b: ComparedFaceJson;
  readonly confidence: number;
  readonly similarity: number;
  readonly distance: number;
}

const example: CompareJson = {
  a: { file: "a.jpg", facesInPicture: 1, box: [410.2, 388.7, 1102.5, 1260.3], quality: 0.93, reasons: [] },
  b: { file: "b.jpg", facesInPicture: 3, box: [1180.4, 722.1, 1421.9, 1035.6], quality: 0.94, reasons: [] },
  confidence: 0.9991,
  similarity: 0.7312,
  distance: 0.7332,
};

/** The confidence at which a match counts everywhere in Rollcall, and its mirror image. */
const sameFrom = 0.7;
const differentUpTo = 1 - sameFrom;

export function compareCommand(): Command {
  const command = new Command("compare")
    .description("Say whether two pictures show the same person. Of several faces in a picture, the largest counts.")
    .argument("<a>", "a picture")
    .argument("<b>", "another picture")
    .addOption(jsonOption())
    .action(async (a: string, b: string, flags: CommonOptions & EngineFlags) => {
      await runCommand(flags, (session) => compare(a, b, flags, session));
    });
  return documented(addEngineOptions(command), {
    examples: [{ line: "rollcall compare passport.jpg selfie.jpg", does: "The same person, with which confidence?" }],
    json: {
      examples: [example],
      notes: [
        "`confidence` is the probability, 0 to 1, that both faces are of one person, when beforehand that is as likely as not. `similarity` is the cosine of the embeddings, -1 to 1; `distance` their Euclidean distance, 0 to 2.",
        "`a` and `b` tell which face was compared: the largest of `facesInPicture`.",
      ],
    },
  });
}

async function compare(a: string, b: string, flags: EngineFlags, session: Session): Promise<ExitCode> {
  const answer = await withEngine(flags, session, async (engine): Promise<CompareJson> => {
    const [first, second] = await Promise.all([
      largestFace(a, engine, session.signal),
      largestFace(b, engine, session.signal),
    ]);
    const { confidence, similarity, distance } = engine.compare(first.face, second.face);
    return {
      a: first.json,
      b: second.json,
      confidence: fraction(confidence),
      similarity: fraction(similarity),
      distance: fraction(distance),
    };
  });
  await session.answer(answer, () => describe(answer, session));
  return exitCodes.done;
}

async function largestFace(file: string, engine: FaceEngine, signal: AbortSignal) {
  const { faces } = await engine.findFaces(file, { signal });
  const face = faces.reduce<Face | undefined>(
    (best, next) => (best && area(best) >= area(next) ? best : next),
    undefined,
  );
  if (face === undefined) {
    throw new RollcallError(
      "FACE_MISSING",
      `No face was found in ${printable(file)}, so there is nothing to compare. Choose a picture where the face is larger, sharper or turned to the camera.`,
    );
  }
  const { score: quality, reasons } = face.quality;
  const json = { file, facesInPicture: faces.length, box: boxJson(face.box), quality: fraction(quality), reasons };
  return { face, json };
}

function area({ box }: Face): number {
  return boxWidth(box) * boxHeight(box);
}

function describe(answer: CompareJson, { colours }: Session): string[] {
  const { confidence, similarity, distance } = answer;
  return [
    `${colours.bold(`${percent(confidence)} match`)}: ${verdict(confidence)}`,
    colours.dim(`similarity ${similarity.toFixed(3)}, distance ${distance.toFixed(3)}`),
    ...[answer.a, answer.b].flatMap(({ file, facesInPicture, reasons }) => [
      ...(facesInPicture > 1 ? [`${printable(file)} has ${facesInPicture} faces; the largest was compared.`] : []),
      ...(reasons.length > 0 ? [`The face in ${printable(file)} is not ideal: ${reasons.join(", ")}.`] : []),
    ]),
  ];
}

function verdict(confidence: number): string {
  if (confidence >= sameFrom) return "probably the same person";
  if (confidence <= differentUpTo) return "probably two different people";
  return "it cannot be told whether this is one person";
}
