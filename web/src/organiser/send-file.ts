import { DetailedError, Upload } from "tus-js-client";
import { api, ask, Offline, refusal } from "../shared/api.ts";

/** The server may be busy for a moment; a lost connection is waited for elsewhere. */
const retryDelays = [500, 2000, 5000];

/** Hashing needs the whole file in memory. */
const mostHashedBytes = 200e6;

/** As long as the server keeps what it got of a file that did not arrive whole. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

const chunkBytes = 8e6;

const addressOf = (eventId: string) => `/api/events/${eventId}/uploads`;

interface Sending {
  readonly eventId: string;
  readonly file: File;
  /** Told the share that arrived, 0 to 1. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends a photo, from where it broke off if it was begun before.
 *
 * @returns `known` when the event has the same photo already
 * @throws Offline, Refusal, Error when the file cannot be read; the signal's reason
 */
export async function sendFile({ eventId, file, onProgress, signal }: Sending): Promise<"added" | "known"> {
  const sha256 = await hash(file);
  if (sha256 !== undefined) {
    const params = { path: { eventId } };
    const { known } = await ask(api.POST("/api/events/{eventId}/photos/known", { params, body: { sha256: [sha256] } }));
    if (known.length > 0) return "known";
  }
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    let outcome = "accepted";
    const upload = new Upload(file, {
      endpoint: addressOf(eventId),
      retryDelays,
      onShouldRetry: ({ originalResponse }) => isPassing(originalResponse?.getStatus() ?? 0),
      chunkSize: chunkBytes,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, ...(sha256 === undefined ? {} : { sha256 }) },
      onProgress: (sent, total) => onProgress(total > 0 ? sent / total : 1),
      onAfterResponse: (_request, response) => {
        outcome = response.getHeader("rollcall-outcome") ?? outcome;
      },
      onSuccess: () => resolve(outcome === "duplicate" ? "known" : "added"),
      onError: (error) => reject(reasonOf(error)),
    });
    signal.addEventListener("abort", () => {
      reject(signal.reason);
      // Unreachable, the server deletes by itself what was not gone on with.
      upload.abort(true).catch(() => undefined);
    });
    upload
      .findPreviousUploads()
      .then(([before]) => {
        if (signal.aborted) return;
        if (before) upload.resumeFromPreviousUpload(before);
        upload.start();
      })
      .catch(reject);
  });
}

/** How many files of the event were begun in this browser and are not whole. */
export function brokenOff(eventId: string): number {
  return Object.entries(localStorage).filter(([key, value]) => {
    if (!key.startsWith("tus::") || !key.includes(addressOf(eventId))) return false;
    const made = /"creationTime":"([^"]+)"/u.exec(String(value))?.[1];
    return made !== undefined && Date.now() - Date.parse(made) < keptMs;
  }).length;
}

/** Two requests about one file at a time, or a server that is overloaded. */
function isPassing(status: number): boolean {
  return status === 409 || status === 423 || status >= 500;
}

/** Undefined where the browser has no hashing, which is without HTTPS: the server then finds duplicates itself. */
async function hash(file: File): Promise<string | undefined> {
  if (!window.isSecureContext || file.size > mostHashedBytes) return undefined;
  let content: ArrayBuffer;
  try {
    content = await file.arrayBuffer();
  } catch {
    throw new Error("The file cannot be read any more. Was it moved or deleted?");
  }
  const digest = await crypto.subtle.digest("SHA-256", content);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function reasonOf(error: Error): Error {
  if (!(error instanceof DetailedError)) return error;
  const status = error.originalResponse?.getStatus() ?? 0;
  // Nothing, or what a proxy says whose server is away for a moment.
  if (status === 0 || status === 502 || status === 503 || status === 504) return new Offline();
  try {
    return refusal(JSON.parse(error.originalResponse?.getBody() ?? ""), status);
  } catch {
    return refusal(undefined, status);
  }
}
