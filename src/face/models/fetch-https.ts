import type { WriteStream } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { FaceError } from "../errors.ts";

export interface Download {
  readonly url: string;
  /** Where the bytes are collected; what an earlier try left there is continued. */
  readonly path: string;
  /** A longer answer is refused, so that a wrong address cannot fill the disk. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** For tests: pauses before the second, third, ... try. */
  readonly retryDelaysMs?: readonly number[];
  /** For tests: how long a connection may be silent. */
  readonly idleTimeoutMs?: number;
}

/** Four tries in all; a connection that breaks is usually back within seconds. */
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
  checkScheme(file.url);
  await mkdir(dirname(file.path), { recursive: true });
  const delays = file.retryDelaysMs ?? RETRY_DELAYS_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      await downloadRest(file);
      return;
    } catch (error) {
      file.signal?.throwIfAborted();
      if (error instanceof FaceError) throw error;
      const delay = delays[attempt];
      if (delay === undefined || !(error instanceof Interrupted)) throw unavailable(file.url, error);
      await sleep(delay, undefined, file.signal ? { signal: file.signal } : {});
    }
  }
}

/** Something that may go better the next time. */
class Interrupted extends Error {}

async function downloadRest(file: Download): Promise<void> {
  const kept = await stat(file.path).then(
    (info) => info.size,
    () => 0,
  );
  const idle = new IdleTimer(file.idleTimeoutMs ?? IDLE_TIMEOUT_MS);
  const signal = file.signal ? AbortSignal.any([file.signal, idle.signal]) : idle.signal;
  try {
    const response = await request(file.url, kept, signal);
    if (response.status === 416 && kept > 0) {
      // Nothing follows what is there: it is complete, or of another file, which its hash will show.
      await response.body?.cancel();
      if (totalOf(response) === kept) return;
      await rm(file.path, { force: true });
      throw new Interrupted("the server cannot continue the download");
    }
    if (!response.ok) throw refused(response);
    checkScheme(response.url);
    const offset = response.status === 206 ? startOf(response) : 0;
    if (offset > kept) throw new Interrupted("the server skipped a part of the file");
    const total = response.status === 206 ? totalOf(response) : lengthOf(response);
    await save(file, response, offset, total, idle);
  } catch (error) {
    if (idle.signal.aborted) throw new Interrupted(`no data for ${Math.round(idle.timeoutMs / 1000)} seconds`);
    throw error;
  } finally {
    idle.stop();
  }
}

async function request(url: string, offset: number, signal: AbortSignal): Promise<Response> {
  // Compressed in transit, offsets would count other bytes than those of the file.
  const headers = { "accept-encoding": "identity", ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) };
  try {
    return await fetch(url, { headers, signal });
  } catch (cause) {
    throw new Interrupted(reasonOf(cause), { cause });
  }
}

async function save(
  file: Download,
  response: Response,
  offset: number,
  total: number | undefined,
  idle: IdleTimer,
): Promise<void> {
  if ((total ?? 0) > file.maxBytes) {
    await response.body?.cancel();
    throw tooLong(file);
  }
  const handle = await open(file.path, offset > 0 ? "r+" : "w");
  let received = offset;
  const watch = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      idle.restart();
      received += chunk.length;
      if (received > file.maxBytes) throw tooLong(file);
      yield chunk;
      file.onProgress?.(received, total);
    }
  };
  try {
    await handle.truncate(offset);
    const target: WriteStream = handle.createWriteStream({ start: offset });
    if (response.body !== null) await pipeline(response.body, watch, target);
    else await handle.close();
  } catch (error) {
    await handle.close().catch(() => undefined);
    if (error instanceof FaceError) {
      await rm(file.path, { force: true });
      throw error;
    }
    if (isDiskError(error)) throw error;
    throw new Interrupted(reasonOf(error), { cause: error });
  }
  if (total !== undefined && received < total) {
    throw new Interrupted(`the connection ended after ${received} of ${total} bytes`);
  }
}

function checkScheme(url: string): void {
  const { protocol, hostname } = new URL(url);
  const local = hostname === "127.0.0.1" || hostname === "[::1]" || hostname === "localhost";
  if (protocol !== "https:" && !(protocol === "http:" && local)) {
    throw new FaceError("MODEL_UNAVAILABLE", `${url} is not an https address, so it is not fetched.`);
  }
}

function refused(response: Response): Error {
  const message = `the server answered ${response.status} ${response.statusText}`.trim();
  const passing = response.status >= 500 || response.status === 408 || response.status === 429;
  return passing ? new Interrupted(message) : new Error(message);
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

function isDiskError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && ["write", "open", "ftruncate"].includes(String(error.syscall));
}

function lengthOf(response: Response): number | undefined {
  const length = Number.parseInt(response.headers.get("content-length") ?? "", 10);
  return Number.isNaN(length) ? undefined : length;
}

// Content-Range: bytes 100-199/200; with a star in place of the part where there is nothing to send.
function totalOf(response: Response): number | undefined {
  const total = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return total === undefined ? undefined : Number(total);
}

function startOf(response: Response): number {
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
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
