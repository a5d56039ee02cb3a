import { availableParallelism, cpus, totalmem } from "node:os";
import { table } from "../eval/model-card.ts";
import type { GroupingSizeResult } from "./grouping.ts";
import type { ContestantResult, IngestResult } from "./ingest.ts";
import type { SearchSizeResult } from "./search.ts";
import { type StageTimes, stageNames } from "./stages.ts";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memory: number;
  readonly node: string;
  readonly system: string;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    memory: totalmem(),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
  };
}

const stageTitles: Readonly<Record<keyof StageTimes, string>> = {
  decode: "decode and scale down",
  pnet: "P-Net",
  rnet: "R-Net",
  onet: "O-Net",
  search: "detection beside the nets: pyramid, crops, suppression",
  align: "align the faces",
  embed: "embed the faces, each with its mirror image",
  quality: "quality of the faces",
};

export function ingestReport(result: IngestResult, machine: Machine): string {
  const { own, peers, photos, faces } = result;
  const row = (contestant: ContestantResult, timesAsFast: string) => [
    `${contestant.name}, ${count(contestant.processes, "process", "processes")}`,
    contestant.photosPerSecond.toFixed(2),
    timesAsFast,
    `${contestant.found} of ${faces}`,
    String(contestant.wrong),
    megabytes(contestant.peakMemory),
  ];
  const stages = stageNames.map((name) => [stageTitles[name], result.stages[name].toFixed(1)]);
  return `${command("ingest", machine)}

${photos} photos of 12 megapixels with ${faces} faces, from JPEG file to descriptors; medians of ${own.rounds.length} rounds in turns:

${table(
  ["", "photos/s", "Rollcall is so many times as fast", "faces found", "found where none is", "peak memory"],
  [["Rollcall", ...row(own, "").slice(1)], ...peers.map((peer) => row(peer, `**${peer.timesAsFast.toFixed(1)}**`))],
)}

Rollcall: ${own.about}. The peer: ${peers[0]?.about ?? ""}.

Where the time of a photo goes, in milliseconds of one core:

${table(["stage", "ms"], [...stages, ["beyond the stages", result.overhead.toFixed(1)]])}`;
}

export function searchReport(results: readonly SearchSizeResult[], machine: Machine): string {
  const rows = results.map(({ faces, endToEndMs, kernelMs, foundRight, indexMemory, vectorMemory }) => [
    faces.toLocaleString("en"),
    milliseconds(endToEndMs.p50),
    milliseconds(endToEndMs.p95),
    milliseconds(kernelMs.p50),
    milliseconds(kernelMs.p95),
    (endToEndMs.p50 / kernelMs.p50).toFixed(2),
    `${(foundRight * 100).toFixed(0)} %`,
    megabytes(indexMemory),
    megabytes(vectorMemory),
  ]);
  return `${command("search", machine)}

From the embedding of a face to the ranked answer with confidences, next to usearch's exact search alone; in milliseconds:

${table(["faces", "p50", "p95", "kernel p50", "kernel p95", "ratio", "found", "memory", "of it vectors"], rows)}`;
}

export function groupingReport(results: readonly GroupingSizeResult[], machine: Machine): string {
  const rows = results.map(({ faces, people, groups, pure, seconds, peakMemory }) => [
    faces.toLocaleString("en"),
    people.toLocaleString("en"),
    groups.toLocaleString("en"),
    `${(pure * 100).toFixed(1)} %`,
    seconds.toFixed(1),
    megabytes(peakMemory),
  ]);
  return `${command("grouping", machine)}

All faces of an event into people, from nothing, on one thread:

${table(["faces", "people", "groups made", "of one person only", "seconds", "peak memory beyond the faces"], rows)}`;
}

/** The command to measure it again, and where it was measured. */
export function command(name: string, { processor, cores, memory, node, system }: Machine): string {
  const gigabytes = Math.round(memory / 2 ** 30);
  return `\`npm run bench -- ${name}\` on ${processor}, ${count(cores, "core", "cores")}, ${gigabytes} GB, Node ${node} (${system})`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function megabytes(bytes: number): string {
  return bytes === 0 ? "not measured" : `${Math.round(bytes / 1e6)} MB`;
}

function milliseconds(value: number): string {
  return value.toFixed(value < 1 ? 2 : 1);
}
