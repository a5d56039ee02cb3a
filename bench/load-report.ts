import { table } from "../eval/model-card.ts";
import type { LoadResult } from "./load.ts";
import type { PageTimes } from "./load-pages.ts";
import { command, type Machine } from "./report.ts";
import type { Percentiles } from "./search.ts";

/** What the product promises of an event of this size on a machine of two cores. */
const targets = { pageMs: 1000, searchMs: 300, memory: 600e6 };

export function loadReport(result: LoadResult, machine: Machine, busyCores: number): string {
  const { photos, faces, people, pages, search, photosPerSecond, memory } = result;
  const number = (value: number) => value.toLocaleString("en");
  const page = (name: string, { listed, pictures, answered }: PageTimes) => [
    name,
    ...[listed, pictures, answered].map((value) => value.toFixed(0)),
    met(answered < targets.pageMs),
  ];
  return `${command("load", machine)}; other programs kept ${busyCores.toFixed(1)} cores busy when it began

One event of ${number(photos)} photos and ${number(faces)} faces, ${number(people)} people. Milliseconds since the address was opened in
Chromium, with nothing cached:

${table(
  ["page", "listed", "pictures in view", "a click was answered", `under ${targets.pageMs} ms`],
  [
    page("people", pages.people.idle),
    page("people, while photos come in", pages.people.busy),
    page("photos", pages.photos.idle),
    page("photos, while photos come in", pages.photos.busy),
  ],
)}

While ${photosPerSecond.toFixed(1)} photos a second were looked at and grouped:

${table(
  ["", "p50", "p95", `p95 under ${targets.searchMs} ms`],
  [
    [
      "a guest's search by selfie, the whole request",
      ...times(search.selfieMs),
      met(search.selfieMs.p95 < targets.searchMs),
    ],
    ["the organiser's by the same picture, the whole request", ...times(search.pictureMs), ""],
    ["of it, from the embedding to the answer", ...times(search.retrievalMs), ""],
  ],
)}

${search.searches} searches by guests and as many by the organiser, one after another. Most resident memory: ${megabytes(memory.server)} of the server's process (under
${megabytes(targets.memory)}: ${met(memory.server < targets.memory)}), ${megabytes(memory.all)} with all processes that look at pictures.`;
}

function times({ p50, p95 }: Percentiles): readonly [p50: string, p95: string] {
  return [p50.toFixed(0), p95.toFixed(0)];
}

function met(yes: boolean): string {
  return yes ? "yes" : "**no**";
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
