import { open, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FaceError } from "../errors.ts";
import { makeFolder } from "./cache.ts";
import { type HttpResponse, httpGet } from "./http-get.ts";

export interface Download {
  readonly url: string;
  /** Where the bytes are collected; what an earlier try left there is continued. */
  readonly path: string;
  /** A longer answer is refused, so that a wrong address cannot fill the disk. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** The proxy for an address; default: none. */
  readonly proxyFor?: (url: URL) => URL | undefined;
  /** For tests: pauses before the second, third, ... try. */
  readonly retryDelaysMs?: readonly number[];
  /** For tests: how long a connection may be silent. */
  readonly idleTimeoutMs?: number;
}

/** Four tries without anything new; a connection that breaks is usually back within seconds. */
const RETRY_DELAYS_MS = [500, 2_000, 5_000];

/** Also bounds the time to connect. */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * Downloads a file over https (http is accepted from this machine itself), continuing after broken connections.
 *
 * What arrived stays at `path` when it fails, for the next run to continue. The caller checks the content.
 *
 * @throws FaceError MODEL_UNAVAILABLE when it cannot be had now, MODEL_CORRUPT when it is longer than `maxBytes`
 */
export async function download(file: Download): Promise<void> {
  checkScheme(new URL(file.url));
  await makeFolder(dirname(file.path));
  const delays = file.retryDelaysMs ?? RETRY_DELAYS_MS;
  let before = await sizeOf(file.path);
  for (let attempt = 0; ; attempt++) {
    try {
      await downloadRest(file);
      return;
    } catch (error) {
      file.signal?.throwIfAborted();
      // Neither a refusal nor what the disk says gets better by asking again.
      if (!(error instanceof Interrupted)) throw error;
      const now = await sizeOf(file.path);
      // As long as something arrives each time, it is worth going on.
      if (now > before) attempt = 0;
      before = now;
      const delay = delays[attempt];
      if (delay === undefined) throw unavailable(file.url, error);
      await sleep(delay, undefined, file.signal ? { signal: file.signal } : {});
    }
  }
}

/** Something that may go better the next time. */
class Interrupted extends Error {}

async function downloadRest(file: Download): Promise<void> {
  const kept = await sizeOf(file.path);
  const idle = new IdleTimer(file.idleTimeoutMs ?? IDLE_TIMEOUT_MS);
  const signal = file.signal ? AbortSignal.any([file.signal, idle.signal]) : idle.signal;
  try {
    const response = await ask(file, kept, signal);
    try {
      await saveAnswer(file, response, kept, idle);
    } finally {
      response.body.destroy();
    }
  } catch (error) {
    if (idle.signal.aborted) throw new Interrupted(`no data for ${Math.round(idle.timeoutMs / 1000)} seconds`);
    throw error;
  } finally {
    idle.stop();
  }
}

async function ask(file: Download, offset: number, signal: AbortSignal): Promise<HttpResponse> {
  // Compressed in transit, offsets would count other bytes than those of the file.
  const headers = { "accept-encoding": "identity", ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) };
  const proxyFor = file.proxyFor ?? (() => undefined);
  try {
    return await httpGet(file.url, { headers, signal, proxyFor, check: checkScheme });
  } catch (cause) {
    if (cause instanceof FaceError) throw cause;
    // A name that is not known will not be known in a second either.
    if (cause instanceof Error && "code" in cause && cause.code === "ENOTFOUND") throw unavailable(file.url, cause);
    throw new Interrupted(reasonOf(cause), { cause });
  }
}

async function saveAnswer(file: Download, response: HttpResponse, kept: number, idle: IdleTimer): Promise<void> {
  if (response.status === 416 && kept > 0) {
    // Nothing follows what is there: it is complete, or of another file, which its hash will show.
    if (totalOf(response) === kept) return;
    await rm(file.path, { force: true });
    throw new Interrupted("the server cannot continue the download");
  }
  if (response.status !== 200 && response.status !== 206) throw refused(response);
  const offset = response.status === 206 ? startOf(response) : 0;
  if (offset > kept) throw new Interrupted("the server skipped a part of the file");
  const total = response.status === 206 ? totalOf(response) : lengthOf(response);
  if ((total ?? 0) > file.maxBytes) throw tooLong(file);
  const received = await save(file, response, offset, total, idle);
  if (total !== undefined && received < total) {
    throw new Interrupted(`the connection ended after ${received} of ${total} bytes`);
  }
}

/** @returns how many bytes of the file are there now */
async function save(
  file: Download,
  response: HttpResponse,
  offset: number,
  total: number | undefined,
  idle: IdleTimer,
): Promise<number> {
  const handle = await open(file.path, offset > 0 ? "r+" : "w");
  let received = offset;
  try {
    await handle.truncate(offset);
    for await (const chunk of chunksOf(response)) {
      idle.restart();
      if (received + chunk.length > file.maxBytes) throw tooLong(file);
      for (let at = 0; at < chunk.length; ) {
        const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, received);
        at += bytesWritten;
        received += bytesWritten;
      }
      file.onProgress?.(received, total);
      if (received === total) break;
    }
    return received;
  } catch (error) {
    if (error instanceof FaceError) await rm(file.path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function* chunksOf(response: HttpResponse): AsyncGenerator<Uint8Array> {
  try {
    yield* response.body;
  } catch (cause) {
    throw new Interrupted(reasonOf(cause), { cause });
  }
}

/** 0 for a file that is not there. */
function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (info) => info.size,
    () => 0,
  );
}

function checkScheme({ protocol, hostname, href }: URL): void {
  const local = hostname === "127.0.0.1" || hostname === "[::1]" || hostname === "localhost";
  if (protocol !== "https:" && !(protocol === "http:" && local)) {
    throw new FaceError("MODEL_UNAVAILABLE", `${href} is not an https address, so it is not fetched.`);
  }
}

function refused({ url, status, statusText }: HttpResponse): Error {
  const reason = new Interrupted(`the server answered ${status} ${statusText}`.trim());
  const passing = status >= 500 || status === 408 || status === 429;
  return passing ? reason : unavailable(url.href, reason);
}

function tooLong(file: Download): FaceError {
  return new FaceError(
    "MODEL_CORRUPT",
    `${file.url} gives more than the ${file.maxBytes} bytes it should have. Nothing was kept of it.`,
  );
}

function unavailable(url: string, error: unknown): FaceError {
  return new FaceError("MODEL_UNAVAILABLE", `${url} cannot be fetched: ${reasonOf(error)}.`, { cause: error });
}

/** The innermost message: fetch itself only says that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

function lengthOf(response: HttpResponse): number | undefined {
  const length = Number.parseInt(response.headers["content-length"] ?? "", 10);
  return Number.isNaN(length) ? undefined : length;
}

// Content-Range: bytes 100-199/200; with a star in place of the part where there is nothing to send.
function totalOf(response: HttpResponse): number | undefined {
  const total = /\/(\d+)$/.exec(response.headers["content-range"] ?? "")?.[1];
  return total === undefined ? undefined : Number(total);
}

function startOf(response: HttpResponse): number {
  const start = /^bytes (\d+)-/.exec(response.headers["content-range"] ?? "")?.[1];
  if (start === undefined) throw new Interrupted("the server does not say which part of the file it sends");
  return Number(start);
}

/** Fires when it was not restarted for a while. */
class IdleTimer {
  readonly timeoutMs: number;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.stop();
    this.#timer = this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), this.timeoutMs);
  }
}
