import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { detectionPresets } from "../src/face/detect.ts";
import type { PixelBox } from "../src/face/index.ts";
import { Contestant } from "./contestant.ts";
import { installPeer, peerName } from "./peer-install.ts";
import { type BenchPhoto, makePhotos, mostFaces } from "./photos.ts";
import { measureStages, type StageTimes } from "./stages.ts";
import { median } from "./statistics.ts";

export interface ContestantResult {
  readonly name: string;
  readonly about: string;
  readonly processes: number;
  /** The median of the rounds, and all of them. */
  readonly photosPerSecond: number;
  readonly rounds: readonly number[];
  /** Faces of the photos that it found, and what it took for one and is none. */
  readonly found: number;
  readonly wrong: number;
  /** Resident bytes of all its processes at the worst moment. */
  readonly peakMemory: number;
}

export interface IngestResult {
  readonly photos: number;
  readonly faces: number;
  readonly own: ContestantResult;
  /** As its users run it, in one process; and with one process per core. */
  readonly peer: ContestantResult;
  readonly peerOnAllCores: ContestantResult;
  /** How many times as many photos per second as the peer. */
  readonly timesAsFast: number;
  readonly timesAsFastOnAllCores: number;
  /** Milliseconds of one thread for a photo. */
  readonly stages: StageTimes;
  /**
   * What a photo takes a worker beyond its stages: handing it over, and what the workers cost each other on one machine.
   */
  readonly overhead: number;
}

interface Effort {
  readonly faceCounts: readonly number[];
  readonly rounds: number;
}

const thorough: Effort = { faceCounts: Array.from({ length: mostFaces }, (_, i) => i + 1), rounds: 5 };
const quick: Effort = { faceCounts: [1, 4, 8, 12], rounds: 2 };

/**
 * From JPEG file to descriptors, in turns with the peer so that a busy moment of the machine hits all alike; the first
 * round warms up.
 *
 * @param say told what is going on
 */
export async function benchIngest(options: { quick: boolean; say: (text: string) => void }): Promise<IngestResult> {
  const { faceCounts, rounds } = options.quick ? quick : thorough;
  const peerFolder = await installPeer();
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  try {
    options.say(`Making ${faceCounts.length} photos of 12 megapixels ...`);
    const photos = await makePhotos(folder, faceCounts);
    const files = photos.map((photo) => photo.file);
    const competition = await compare(peerFolder, photos, rounds, options.say);
    options.say("Timing the stages ...");
    const stages = await measureStages(files, options.quick ? 1 : 3);
    const inStages = Object.values(stages).reduce((sum, time) => sum + time, 0);
    const { own } = competition;
    return { ...competition, stages, overhead: (1000 * availableParallelism()) / own.photosPerSecond - inStages };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  peerFolder: string,
  photos: readonly BenchPhoto[],
  rounds: number,
  say: (text: string) => void,
): Promise<Omit<IngestResult, "stages" | "overhead">> {
  const { maxSide } = detectionPresets.balanced;
  const cores = availableParallelism();
  const startPeer = (processes: number) =>
    Contestant.start(peerName, "./peer-face-api.ts", [peerFolder, String(maxSide)], processes);
  const contestants: Contestant[] = [];
  try {
    const own = await Contestant.start("Rollcall", "./own-engine.ts", [], 1);
    contestants.push(own);
    const peer = await startPeer(1);
    contestants.push(peer);
    const peers = await startPeer(cores);
    contestants.push(peers);

    const results = new Map<Contestant, ContestantResult>();
    const files = photos.map((photo) => photo.file);
    for (const contestant of contestants) {
      say(`Warming up ${contestant.name} ...`);
      const { boxes } = await contestant.round(files);
      results.set(contestant, firstResult(contestant, photos, boxes));
    }
    for (let round = 1; round <= rounds; round++) {
      say(`Round ${round} of ${rounds} ...`);
      for (const [contestant, result] of results) {
        const { photosPerSecond } = await contestant.round(files);
        results.set(contestant, withRound(result, photosPerSecond, contestant.peakMemory));
      }
    }
    const [ownResult, peerResult, peersResult] = [own, peer, peers].map((contestant) => results.get(contestant));
    if (!ownResult || !peerResult || !peersResult) throw new Error("A contestant has no result.");
    return {
      photos: photos.length,
      faces: photos.reduce((sum, photo) => sum + photo.faces.length, 0),
      own: ownResult,
      peer: peerResult,
      peerOnAllCores: peersResult,
      timesAsFast: ownResult.photosPerSecond / peerResult.photosPerSecond,
      timesAsFastOnAllCores: ownResult.photosPerSecond / peersResult.photosPerSecond,
    };
  } finally {
    for (const contestant of contestants) contestant.end();
  }
}

function firstResult(
  contestant: Contestant,
  photos: readonly BenchPhoto[],
  boxes: readonly (readonly PixelBox[])[],
): ContestantResult {
  const { name, about, processes } = contestant;
  const score = photos.map((photo, i) => countFound(photo.faces, boxes[i] ?? []));
  return {
    name,
    about,
    processes,
    photosPerSecond: 0,
    rounds: [],
    found: score.reduce((sum, { found }) => sum + found, 0),
    wrong: score.reduce((sum, { wrong }) => sum + wrong, 0),
    peakMemory: 0,
  };
}

function withRound(result: ContestantResult, photosPerSecond: number, peakMemory: number): ContestantResult {
  const rounds = [...result.rounds, photosPerSecond];
  return { ...result, rounds, photosPerSecond: median(rounds), peakMemory };
}

/** A box finds a face when its centre is in the face; detectors draw their boxes too differently to ask for more. */
function countFound(
  faces: readonly PixelBox[],
  boxes: readonly PixelBox[],
): { readonly found: number; readonly wrong: number } {
  const isIn = ([left, top, right, bottom]: PixelBox, [x1, y1, x2, y2]: PixelBox) => {
    const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
    return x > left && x < right && y > top && y < bottom;
  };
  return {
    found: faces.filter((face) => boxes.some((box) => isIn(face, box))).length,
    wrong: boxes.filter((box) => !faces.some((face) => isIn(face, box))).length,
  };
}
