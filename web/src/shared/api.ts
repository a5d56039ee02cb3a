import createClient from "openapi-fetch";
import type { components, paths } from "./api.generated.ts";

export type Schemas = components["schemas"];

export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });

/** What the server refused, in its own words, which are meant for people. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(problem: { readonly detail: string; readonly code: string }, status: number) {
    super(problem.detail);
    this.code = problem.code;
    this.status = status;
  }
}

interface Answered<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer. @throws Refusal, Offline */
export async function ask<Data>(request: Promise<Answered<Data>>): Promise<NonNullable<Data>> {
  const { data } = await answered(request);
  if (data === undefined || data === null) throw new Error("The server's answer was empty. Load the page again.");
  return data;
}

/** All pages of a list, asked for one after the other. */
export async function everyPage<Page extends { readonly next: string | null }>(
  load: (query: { readonly cursor?: string }) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages = [await load({})];
  for (let cursor = pages[0]?.next; cursor; cursor = pages.at(-1)?.next) pages.push(await load({ cursor }));
  return pages;
}

/** For what is answered with nothing. */
export async function tell(request: Promise<Answered<unknown>>): Promise<void> {
  await answered(request);
}

async function answered<Data>(request: Promise<Answered<Data>>): Promise<Answered<Data>> {
  let answer: Answered<Data>;
  try {
    answer = await request;
  } catch {
    throw new Offline();
  }
  if (!answer.response.ok) throw refusal(answer.error, answer.response.status);
  return answer;
}

const signedOut = "rollcall:signed-out";

/** Tells when the server does not know the browser any more, whatever was asked. Says how to stop listening. */
export function onSignedOut(then: () => void): () => void {
  window.addEventListener(signedOut, then);
  return () => window.removeEventListener(signedOut, then);
}

/** Nothing came back: the network, or the server, is away. */
export class Offline extends Error {
  constructor() {
    super("The server cannot be reached. Check the connection, then try again.");
  }
}

export function refusal(error: unknown, status: number): Refusal {
  const has = typeof error === "object" && error !== null;
  const detail = has && "detail" in error && typeof error.detail === "string" ? error.detail : undefined;
  const code = has && "code" in error && typeof error.code === "string" ? error.code : "UNKNOWN";
  // Who is signed in as an organiser is no guest by that.
  if (status === 401 || code === "NOT_ALLOWED") window.dispatchEvent(new Event(signedOut));
  return new Refusal({ detail: detail ?? `The server did not do this (error ${status}). Try again.`, code }, status);
}

/** Of files that there are none to give of, whatever the network does. */
const lasting: readonly number[] = [404, 413, 415, 422];

/** Why a picture cannot be had for good; undefined when it may come at another time. */
export async function whyRefused(address: string): Promise<Refusal | undefined> {
  try {
    const response = await fetch(address);
    if (response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    const why = refusal(await response.json(), response.status);
    return lasting.includes(response.status) ? why : undefined;
  } catch {
    return undefined;
  }
}

/** Sends one picture as a form, and reads the answer as what the route says it is. @throws Refusal, Offline */
export async function sendPicture<Answer>(address: string, picture: Blob): Promise<Answer> {
  return await (await sendForm("POST", address, picture)).json();
}

/** Puts one picture in its place. @throws Refusal, Offline */
export async function putPicture(address: string, picture: Blob): Promise<void> {
  await sendForm("PUT", address, picture);
}

async function sendForm(method: "POST" | "PUT", address: string, picture: Blob): Promise<Response> {
  const form = new FormData();
  form.append("file", picture);
  let response: Response;
  try {
    response = await fetch(address, { method, body: form });
  } catch {
    throw new Offline();
  }
  if (!response.ok) throw refusal(await response.json().catch(() => undefined), response.status);
  return response;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
