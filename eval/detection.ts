import { compareEmbeddings } from "../src/face/compare.ts";
import { detectionPresets } from "../src/face/detect.ts";
import { type Face, type FacesInImage, openCalibration } from "../src/face/index.ts";
import type { Pipeline } from "../src/face/pipeline.ts";
import { defaultThreshold } from "../src/face/search.ts";
import { findThoroughly } from "./detection/large-photo.ts";
import { openOnOneThread } from "./detection/open.ts";
import { findSelfies, loadPartyPhotos, type PartyPhoto, renderAll } from "./detection/photos.ts";
import { planGroupPhotos } from "./detection/plan.ts";
import { type DetectionResult, describe, recallChart, type SettingsResult } from "./detection/report.ts";
import { againstReference, scorePhotos } from "./detection/score.ts";
import { allSettings, type NamedSettings, quickSettings } from "./detection/settings.ts";
import { listGuests } from "./events/guests.ts";
import type { PlannedFace, PlannedPhoto } from "./events/plan.ts";
import { writeFigure, writeSection } from "./model-card.ts";
import { type LfwOptions, lfwCommand, loadPairs, wholeNumber } from "./options.ts";
import { startProgress } from "./progress.ts";
import { quantile } from "./quality/trend.ts";

const SEED = "detection";
const FACES = { minFace: 20, maxFace: 400 } as const;
const PHOTO = { width: 4000, height: 3000, faces: 30, ...FACES } as const;
const LARGE_PHOTO = { width: 6000, height: 4000, faces: 120, ...FACES } as const;
const PHOTOS = 6;
const QUICK_PHOTOS = 3;

interface Options extends LfwOptions {
  readonly photos?: number;
}

type IsRecognised = (planned: PlannedFace, face: Face) => boolean;

interface Photos {
  readonly plans: readonly PlannedPhoto[];
  readonly files: readonly Uint8Array[];
  readonly party: readonly PartyPhoto[];
}

export async function runDetection(args: string[]): Promise<void> {
  const command = lfwCommand(
    "detection",
    "Measures faces found and recognised against time, for the presets and settings around them (whatever --preset says).",
    "npm run eval -- detection --data lfw --pairs pairs.txt --quick",
  ).option("--photos <number>", "fewer take less time and say less", wholeNumber);
  const options = command.parse(args, { from: "user" }).opts<Options>();
  const started = Date.now();
  const isQuick = options.quick === true;
  const measured = await measure(options, isQuick);
  const result: DetectionResult = { ...measured, seconds: (Date.now() - started) / 1000 };
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${describe(result)}\n`);
  if (isQuick) return;
  await writeSection("detection.md", "detection", describe(result));
  await writeFigure("detection.svg", recallChart(result));
}

async function measure(options: Options, isQuick: boolean): Promise<Omit<DetectionResult, "seconds">> {
  const { data, embedder } = options;
  const guests = (await listGuests(data, await loadPairs(options))).filter(({ images }) => images.length >= 2);
  const planned = planGroupPhotos(guests, options.photos ?? (isQuick ? QUICK_PHOTOS : PHOTOS), PHOTO, SEED);
  const large = planGroupPhotos(guests, 1, LARGE_PHOTO, `${SEED}/large`);
  const files = await renderAll(planned, data, SEED);
  const isRecognised = await recogniser(options, guests, [...planned, ...large]);
  const photos: Photos = { plans: planned, files, party: await loadPartyPhotos() };
  const settings = await measureSettings(isQuick ? quickSettings : allSettings, photos, embedder, isRecognised);
  const faces = planned.reduce((sum, photo) => sum + photo.faces.length, 0);
  const largePhoto = isQuick ? undefined : await measureLargePhoto(large, options, isRecognised);
  return { embedder, photos: planned.length, faces, settings, largePhoto };
}

async function recogniser(
  { data, embedder }: LfwOptions,
  guests: Parameters<typeof findSelfies>[0],
  photos: readonly PlannedPhoto[],
): Promise<IsRecognised> {
  const calibration = openCalibration(embedder);
  const pipeline = await openOnOneThread(detectionPresets.balanced, embedder);
  const selfies = await findSelfies(guests, photos, data, (source) => pipeline.findFaces(source));
  await pipeline.close();
  return ({ image }, face) => {
    const selfie = selfies.get(image.person);
    if (selfie === undefined) return false;
    const qualities = [face.quality.score, selfie.quality.score] as const;
    return compareEmbeddings(face.embedding, selfie.embedding, calibration, qualities).confidence >= defaultThreshold;
  };
}

interface Contestant {
  readonly named: NamedSettings;
  readonly pipeline: Pipeline;
  readonly times: number[];
  readonly results: FacesInImage[];
}

/** All settings take turns at each photo, so that a busy moment of the machine hits them alike. */
async function measureSettings(
  settings: readonly NamedSettings[],
  { plans, files, party }: Photos,
  embedder: string,
  isRecognised: IsRecognised,
): Promise<SettingsResult[]> {
  const contestants: Contestant[] = [];
  for (const named of settings) {
    const pipeline = await openOnOneThread(named.settings, embedder);
    contestants.push({ named, pipeline, times: [], results: [] });
  }
  try {
    const progress = startProgress("Photos", files.length);
    // The first photo is slower than all others: memory is allocated.
    for (const { pipeline } of contestants) if (files[0]) await pipeline.findFaces(files[0]);
    for (const file of files) {
      for (const { pipeline, times, results } of contestants) {
        const started = performance.now();
        results.push(await pipeline.findFaces(file));
        times.push(performance.now() - started);
      }
      progress.step();
    }
    progress.end();
    const measured: SettingsResult[] = [];
    for (const { named, pipeline, times, results } of contestants) {
      measured.push({
        name: named.name,
        isPreset: named.isPreset,
        settings: { ...named.settings },
        milliseconds: quantile(times, 0.5),
        photos: scorePhotos(plans, results, isRecognised),
        // Enough to see that no preset goes wrong on real photos; the generated ones tell settings apart.
        party: named.isPreset ? await findAtParty(pipeline, party) : undefined,
      });
    }
    return measured;
  } finally {
    await Promise.all(contestants.map(({ pipeline }) => pipeline.close()));
  }
}

async function findAtParty(pipeline: Pipeline, party: readonly PartyPhoto[]) {
  const total = { reference: 0, found: 0, more: 0 };
  for (const { bytes, reference } of party) {
    const { faces } = await pipeline.findFaces(bytes);
    const counts = againstReference(
      reference,
      faces.map(({ box }) => box),
    );
    total.reference += counts.reference;
    total.found += counts.found;
    total.more += counts.more;
  }
  return total;
}

async function measureLargePhoto(plans: readonly PlannedPhoto[], options: LfwOptions, isRecognised: IsRecognised) {
  const [photo] = await renderAll(plans, options.data, SEED);
  if (photo === undefined) return undefined;
  const { found, seconds, peakMegabytes } = await findThoroughly(photo, options.embedder);
  return { seconds, peakMegabytes, score: scorePhotos(plans, [found], isRecognised) };
}
