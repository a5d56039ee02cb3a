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
  /** As its examples run it; given photos of the size that Rollcall works on; and that with one process per core. */
  readonly peers: readonly PeerResult[];
  /** Milliseconds of one thread for a photo. */
  readonly stages: StageTimes;
  /**
   * What a photo takes a worker beyond its stages: handing it over, and what the workers cost each other on one machine.
   */
  readonly overhead: number;
}

export interface PeerResult extends ContestantResult {
  /** How many times as many photos per second Rollcall takes: the median of the rounds, each with its neighbour. */
  readonly timesAsFast: number;
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
  const contestants: Contestant[] = [];
  const enter = async (name: string, script: string, args: readonly string[], processes: number) => {
    const contestant = await Contestant.start(name, script, args, processes);
    contestants.push(contestant);
    return contestant;
  };
  try {
    const { maxSide } = detectionPresets.balanced;
    const enterPeer = (how: string, side: number, processes: number) =>
      enter(`${peerName}, ${how}`, "./peer-face-api.ts", [peerFolder, String(side)], processes);
    await enter("Rollcall", "./own-engine.ts", [], 1);
    await enterPeer("as its examples run it", Number.POSITIVE_INFINITY, 1);
    await enterPeer("with photos scaled down for it", maxSide, 1);
    await enterPeer("with photos scaled down for it", maxSide, availableParallelism());

    const files = photos.map((photo) => photo.file);
    let results: ContestantResult[] = [];
    for (const contestant of contestants) {
      say(`Warming up ${contestant.name} ...`);
      const { boxes } = await contestant.round(files);
      results.push(firstResult(contestant, photos, boxes));
    }
    for (let round = 1; round <= rounds; round++) {
      say(`Round ${round} of ${rounds} ...`);
      const speeds: number[] = [];
      for (const contestant of contestants) speeds.push((await contestant.round(files)).photosPerSecond);
      results = results.map((result, i) => withRound(result, speeds[i] ?? 0, contestants[i]?.peakMemory ?? 0));
    }
    const [own, ...peers] = results;
    if (own === undefined) throw new Error("Nobody took part.");
    return {
      photos: photos.length,
      faces: photos.reduce((sum, photo) => sum + photo.faces.length, 0),
      own,
      peers: peers.map((peer) => ({
        ...peer,
        timesAsFast: median(own.rounds.map((speed, round) => speed / (peer.rounds[round] ?? speed))),
      })),
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
