import { table } from "../eval/model-card.ts";
import type { LoadResult } from "./load.ts";
import type { PageTimes } from "./load-pages.ts";
import { command, type Machine } from "./report.ts";

/** What the product promises of an event of this size on a machine of two cores. */
const targets = { pageMs: 1000, searchMs: 300, memory: 600e6 };

export function loadReport(result: LoadResult, machine: Machine, busyCores: number): string {
  const { photos, faces, people, pages, searchMs, searches, retrievalMs, photosPerSecond, memory } = result;
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
      "selfie search, the whole request",
      searchMs.p50.toFixed(0),
      searchMs.p95.toFixed(0),
      met(searchMs.p95 < targets.searchMs),
    ],
    ["of it, from the embedding to the answer", retrievalMs.p50.toFixed(0), retrievalMs.p95.toFixed(0), ""],
  ],
)}

${searches} searches, one after another. Most resident memory: ${megabytes(memory.server)} of the server's process (under
${megabytes(targets.memory)}: ${met(memory.server < targets.memory)}), ${megabytes(memory.all)} with all processes that look at pictures.`;
}

function met(yes: boolean): string {
  return yes ? "yes" : "**no**";
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
