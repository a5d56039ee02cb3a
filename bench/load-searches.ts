import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "../test/e2e/api-server.ts";
import type { Percentiles } from "./search.ts";
import { quantile } from "./statistics.ts";

/** Of whole requests, in milliseconds, but for the last. */
export interface SearchTimes {
  readonly searches: number;
  /** Guests, each with a link, consent and the same selfie. */
  readonly selfieMs: Percentiles;
  /** The organiser with the same picture, in which smaller faces are looked for, too. */
  readonly pictureMs: Percentiles;
  /** Finding the nearest faces and describing them; the rest is looking for the face in the picture. */
  readonly retrievalMs: Percentiles;
}

/** Guests do not search all at the same moment. */
const BETWEEN_SEARCHES_MS = 200;

/** A guest may not try more. */
const SEARCHES_OF_A_GUEST = 10;

/** Searches one after another, as often by guests as by the organiser. */
export async function measureSearches(
  organiser: Client,
  event: string,
  picture: File,
  searches: number,
): Promise<SearchTimes> {
  const selfieMs: number[] = [];
  const pictureMs: number[] = [];
  const retrievalMs: number[] = [];
  const secret = await inviteGuests(organiser, event);
  let guest = organiser;
  for (let i = 0; i < searches; i++) {
    if (i % SEARCHES_OF_A_GUEST === 0) guest = await newGuest(organiser.url, secret);
    selfieMs.push((await search(guest, "/api/guest/search", picture)).ms);
    await sleep(BETWEEN_SEARCHES_MS);
    const { ms, retrieval } = await search(organiser, `${event}/searches`, picture);
    pictureMs.push(ms);
    retrievalMs.push(retrieval);
    await sleep(BETWEEN_SEARCHES_MS);
  }
  const percentiles = (times: readonly number[]) => ({ p50: quantile(times, 0.5), p95: quantile(times, 0.95) });
  return {
    searches,
    selfieMs: percentiles(selfieMs),
    pictureMs: percentiles(pictureMs),
    retrievalMs: percentiles(retrievalMs),
  };
}

/** @returns the secret of a link to the event */
async function inviteGuests(organiser: Client, event: string): Promise<string> {
  await organiser.json("PATCH", event, { guestSearch: true });
  const { url }: { url: string } = (await organiser.json("POST", `${event}/links`, {})).body;
  return url.split("#")[1] ?? "";
}

async function newGuest(url: string, secret: string): Promise<Client> {
  const guest = new Client(url);
  await guest.json("POST", "/api/guest/session", { secret });
  const { consent } = await guest.get("/api/guest");
  await guest.json("POST", "/api/guest/consent", { textHash: consent.hash });
  return guest;
}

async function search(client: Client, path: string, picture: File) {
  const body = new FormData();
  body.append("file", picture);
  const started = performance.now();
  const response = await client.fetch("POST", path, { body });
  const answer: { outcome: string; retrievalMs?: number } = JSON.parse(await response.text());
  const ms = performance.now() - started;
  if (answer.outcome !== "found") throw new Error(`The search did not find the person: ${JSON.stringify(answer)}`);
  return { ms, retrieval: answer.retrievalMs ?? 0 };
}
