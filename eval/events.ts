import { Option } from "commander";
import type { Face, FaceEngine } from "../src/face/index.ts";
import { listGuests } from "./events/guests.ts";
import { listMistakes } from "./events/mistakes.ts";
import { type EventPlan, type EventSize, type Guest, planEvent } from "./events/plan.ts";
import { renderPhoto } from "./events/render.ts";
import {
  assignTruth,
  type BySize,
  type ConfidenceScore,
  detectionRecall,
  type FoundFace,
  type RetrievalScore,
  scoreConfidence,
  scoreGrouping,
  scoreRetrieval,
  scoreStrangers,
  trueFaces,
} from "./events/score.ts";
import { indexEvent, retrieve } from "./events/search.ts";
import { centredFace, fileSource, findAllFaces, type Source } from "./find-faces.ts";
import { imagePath, type LfwImage } from "./lfw-pairs.ts";
import type { Clustering } from "./metrics.ts";
import { percent, table, writeSection } from "./model-card.ts";
import { type LfwOptions, lfwCommand, loadPairs, openEngine } from "./options.ts";
import { startProgress } from "./progress.ts";
import { sourceHash } from "./source-hash.ts";

/** A party where everybody is photographed often, and a conference where most are seen a few times only. */
const EVENT_SIZES: readonly EventSize[] = [
  { name: "party", people: 60, seenOnce: 9, photos: 300, minImages: 8, maxImages: 40, strangers: 300 },
  { name: "conference", people: 400, seenOnce: 60, photos: 1000, minImages: 3, maxImages: 30, strangers: 500 },
];
const QUICK_SIZES: readonly EventSize[] = [
  { name: "quick", people: 30, seenOnce: 5, photos: 60, minImages: 5, maxImages: 10, strangers: 60 },
];
const DEFAULT_SEED = "1";
interface Options extends LfwOptions {
  readonly seed: string;
  readonly event?: string;
  readonly mistakes?: boolean;
}

interface EventResult {
  readonly name: string;
  readonly people: number;
  readonly photos: number;
  readonly faces: number;
  readonly detection: {
    readonly recall: number;
    /** Found where nobody was put: bystanders in a picture of LFW, or no face at all. */
    readonly strays: number;
    readonly bySize: readonly BySize[];
  };
  readonly grouping: {
    readonly groups: number;
    /** Of the faces that were found. */
    readonly found: Clustering;
    /** Of all faces; one that was not found is a group of its own. */
    readonly all: Clustering;
    readonly recallBySize: readonly BySize[];
  };
  readonly retrieval: RetrievalScore & { readonly selfiesWithoutFace: number };
  readonly strangers: { readonly searches: number; readonly fpir: number };
  readonly confidence: ConfidenceScore;
  readonly seconds: number;
}

interface Result {
  readonly embedder: string;
  readonly pipelineId: string;
  readonly preset: string;
  readonly seed: string;
  readonly events: readonly EventResult[];
}

export async function runEvents(args: string[]): Promise<void> {
  const command = lfwCommand(
    "events",
    "Builds event photos from people of LFW's folds 6 to 10, and measures detection, grouping and search on them.",
    "npm run eval -- events --data lfw --pairs pairs.txt --seed 7 --json",
  )
    .option("--seed <text>", "another seed makes another event", DEFAULT_SEED)
    .addOption(new Option("--event <name>", "only this event").choices(EVENT_SIZES.map(({ name }) => name)))
    .option("--mistakes", "list wrong groups and wrong matches on stderr");
  const options = command.parse(args, { from: "user" }).opts<Options>();
  const guests = await listGuests(options.data, await loadPairs(options));
  const engine = await openEngine(options);
  try {
    const events: EventResult[] = [];
    const sizes = EVENT_SIZES.filter(({ name }) => options.event === undefined || options.event === name);
    for (const size of options.quick === true ? QUICK_SIZES : sizes) {
      events.push(await measureEvent(engine, guests, size, options));
    }
    const { embedder, pipelineId } = engine;
    const result: Result = { embedder, pipelineId, preset: options.preset, seed: options.seed, events };
    if (options.json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else process.stdout.write(`${describe(result)}\n`);
    if (options.json !== true && options.quick !== true && options.event === undefined) {
      await writeSection("model-card.md", `events ${embedder}`, describe(result));
    }
  } finally {
    await engine.close();
  }
}

async function measureEvent(
  engine: FaceEngine,
  guests: readonly Guest[],
  size: EventSize,
  options: Options,
): Promise<EventResult> {
  const started = Date.now();
  const plan = planEvent(guests, size, options.seed);
  const found = await findPhotoFaces(engine, plan, size, options);
  const selfies = await findSelfies(engine, [...plan.selfies, ...plan.strangers], options);
  const truth = trueFaces(plan.photos, found);
  const event = indexEvent(found, engine.embedder);
  const photos = new Map(found.map(({ id, photoId }) => [id, photoId]));
  const searchFor = (image: LfwImage) =>
    retrieve(event, image.person, selfies.get(image), (faceId) => photos.get(faceId) ?? "");
  const invited = plan.selfies.map(searchFor);
  const strangers = plan.strangers.map(searchFor);
  if (options.mistakes === true) {
    process.stderr.write(listMistakes(found, event.groups, { invited, strangers }));
  }
  return {
    name: size.name,
    people: plan.selfies.length,
    photos: plan.photos.length,
    faces: truth.length,
    detection: { ...detectionRecall(truth), strays: found.filter((face) => face.truth === undefined).length },
    grouping: { groups: new Set(event.groups.values()).size, ...scoreGrouping(truth, found, event.groups) },
    retrieval: {
      ...scoreRetrieval(truth, invited),
      selfiesWithoutFace: plan.selfies.filter((image) => selfies.get(image) === undefined).length,
    },
    strangers: scoreStrangers(strangers),
    confidence: scoreConfidence(found, { guests: invited, strangers }),
    seconds: (Date.now() - started) / 1000,
  };
}

async function findPhotoFaces(
  engine: FaceEngine,
  plan: EventPlan,
  size: EventSize,
  options: Options,
): Promise<FoundFace[]> {
  // When it changes, what was found in the old photos means nothing.
  const revision = await sourceHash(new URL("events/render.ts", import.meta.url));
  const sources = plan.photos.map(
    (photo): Source => ({
      key: JSON.stringify([revision, plan.seed, photo]),
      load: () => renderPhoto(photo, options.data, plan.seed),
    }),
  );
  const results = await findAllFaces(engine, sources, {
    cache: options.cache ?? false,
    variant: options.preset,
    progress: startProgress(`Photos of the ${size.name}`, sources.length),
  });
  return plan.photos.flatMap((photo, i) => {
    const result = results[i];
    return result === undefined ? [] : assignTruth(photo, result);
  });
}

async function findSelfies(
  engine: FaceEngine,
  images: readonly LfwImage[],
  options: Options,
): Promise<Map<LfwImage, Face | undefined>> {
  const sources = await Promise.all(images.map((image) => fileSource(imagePath(options.data, image))));
  const results = await findAllFaces(engine, sources, {
    cache: options.cache ?? false,
    variant: options.preset,
    progress: startProgress("Selfies", sources.length),
  });
  return new Map(images.map((image, i) => [image, centredFace(results[i])]));
}

function describe(result: Result): string {
  const parts = result.events.map((event) => {
    const { detection, grouping, retrieval, strangers, confidence } = event;
    const { likely } = confidence;
    const figures = [
      ["faces found", percent(detection.recall)],
      ["faces found where nobody was put", String(detection.strays)],
      ["BCubed precision of the groups", percent(grouping.found.precision)],
      ["BCubed recall of the groups", percent(grouping.found.recall)],
      ["BCubed F1 of the groups", percent(grouping.found.f1)],
      ["BCubed F1, faces that were not found included", percent(grouping.all.f1)],
      ["search: mean average precision", percent(retrieval.map)],
      ["search: precision at confidence 0.7", percent(retrieval.precision)],
      ["search: recall at confidence 0.7", percent(retrieval.recall)],
      [`strangers taken for a guest (of ${strangers.searches})`, percent(strangers.fpir)],
      ...(likely.matches === 0
        ? []
        : [
            [
              `of ${likely.matches} ${likely.matches === 1 ? "match" : "matches"} said to be ${percent(likely.said)} sure on average (0.7 to 0.9), are right, counted as if every other search were by a stranger`,
              percent(likely.right),
            ],
          ]),
      ["expected calibration error of the matches' confidence, from 0.05 on", percent(confidence.ece)],
    ];
    const sizes = detection.bySize.map(({ from, to, faces, share }, i) => [
      `${from} to ${to - (to === 401 ? 1 : 0)} px`,
      String(faces),
      percent(share, 1),
      percent(grouping.recallBySize[i]?.share ?? 0, 1),
      percent(retrieval.recallBySize[i]?.share ?? 0, 1),
    ]);
    return [
      `#### ${event.name}: ${event.people} people, ${event.photos} photos, ${event.faces} faces`,
      table(["figure", "value"], figures),
      table(["width of the face", "faces", "found", "grouped (BCubed recall)", "returned to a selfie"], sizes),
    ].join("\n\n");
  });
  const head =
    `### ${result.embedder}\n\nPipeline \`${result.pipelineId}\`, preset \`${result.preset}\`, seed \`${result.seed}\`; ` +
    `\`npm run eval -- events --embedder ${result.embedder}\`.`;
  return [head, ...parts].join("\n\n");
}
