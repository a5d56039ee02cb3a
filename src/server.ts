import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RollcallOptions } from "./compose/parts.ts";
import { openBackend } from "./compose.ts";
import { readConfig, settings } from "./config.ts";
import { RollcallError } from "./domain/errors.ts";
import type { EventReceipt } from "./domain/expiry.ts";
import type { ModelChoice } from "./domain/model.ts";
import { buildApp } from "./http/app.ts";

export interface ServeOptions extends RollcallOptions {
  /** Over what the environment says. */
  readonly port?: number;
  readonly host?: string;
}

export interface RunningServer {
  /** Where it is reached on this machine, without a "/" at the end. */
  readonly url: string;
  /** To set the password with; undefined when that was done. */
  readonly setupUrl: string | undefined;
  /** What whoever started it should know, a sentence or two each. */
  readonly notices: readonly string[];
  /** Lets requests under way finish, then stops everything. */
  close(): Promise<void>;
}

/** How long requests under way may take to finish when the server stops. */
const graceMs = 10_000;

/**
 * Opens the data folder, starts the queue and listens.
 *
 * @throws RollcallError OPTION_INVALID, DATA_FOLDER_UNUSABLE, DATABASE_..., KEY_..., PORT_UNUSABLE
 */
export async function startServer(options: ServeOptions = {}): Promise<RunningServer> {
  const config = readConfig(options.env).server;
  let logFault = (_error: unknown): void => undefined;
  let logErased = (_receipt: EventReceipt): void => undefined;
  const backend = await openBackend(options, {
    onFault: (error) => logFault(error),
    onErased: (receipt) => logErased(receipt),
  });
  const begun = [() => backend.close()];
  try {
    const app = await buildApp(backend, {
      version: packageVersion(),
      logLevel: config.logLevel,
      ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      allowPlainHttp: config.insecureHttp,
      trustProxy: config.trustProxy,
      pages: fileURLToPath(new URL("../web/dist", import.meta.url)),
    });
    begun.unshift(() => app.close());
    logFault = (error) => app.log.error({ err: error }, "the work in the background stopped");
    logErased = (receipt) => app.log.info({ receipt }, "an event's time was over, and it was erased");
    const { port = config.port, host = config.host } = options;
    const address = await app.listen({ port, host }).catch((cause: unknown) => {
      throw new RollcallError(
        "PORT_UNUSABLE",
        `The server cannot listen on ${host}, port ${port}: ${reasonOf(cause)}`,
        { cause },
      );
    });
    backend.queue.start();
    backend.reindexer.start();
    for (const sweep of backend.sweeps) sweep.start();
    backend.foreignChanges.start();
    const url = config.publicUrl ?? address.replace("127.0.0.1", "localhost").replace("0.0.0.0", "localhost");
    const isNew = (await backend.accounts.organiser()) === undefined;
    return {
      url,
      notices: overruled(backend.asked, await backend.engines.chosen()),
      setupUrl: isNew ? `${url}/setup#${backend.setup.code}` : undefined,
      close: async () => {
        const force = setTimeout(() => app.server.closeAllConnections(), graceMs);
        await app.close();
        clearTimeout(force);
        await backend.close();
      },
    };
  } catch (error) {
    for (const end of begun) await end();
    throw error;
  }
}

/** A setting that does nothing looks as if it did. */
function overruled(asked: Partial<ModelChoice>, chosen: ModelChoice): string[] {
  return (["embedder", "preset"] as const)
    .filter((kind) => asked[kind] !== undefined && asked[kind] !== chosen[kind])
    .map((kind) => {
      const { variable, option } = settings[kind];
      return `${variable} or ${option} says ${asked[kind]}, but ${chosen[kind]} was chosen on the page of settings, which goes before it. To change it, choose there, under Models.`;
    });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const otherPort = "Choose another port with --port.";
  const otherHost = "Choose another address with --host; 127.0.0.1 is this machine alone, 0.0.0.0 all it has.";
  if (code === "EADDRINUSE") return `another program uses it, perhaps another Rollcall. ${otherPort}`;
  if (code === "EACCES") return `ports below 1024 are for administrators. ${otherPort}`;
  if (code === "EADDRNOTAVAIL") return `this machine does not have that address. ${otherHost}`;
  if (code === "ENOTFOUND") return `there is no address of that name. ${otherHost}`;
  return `${error instanceof Error ? error.message : String(error)}. ${otherPort}`;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const known = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return known && typeof manifest.version === "string" ? manifest.version : "unknown";
}
