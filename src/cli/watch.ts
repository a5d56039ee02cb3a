import { statSync, watch } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { codedError } from "../domain/errors.ts";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { describeIndexing, indexExample, indexWithProgress } from "./index-folders.ts";
import { withRollcall } from "./open.ts";
import {
  addEngineOptions,
  type CommonOptions,
  dataDirOption,
  type EngineFlags,
  eventOption,
  foldersArgument,
  jsonOption,
} from "./options.ts";
import { displayPath } from "./paths.ts";
import { runCommand, type Session } from "./session.ts";

interface WatchFlags extends CommonOptions, EngineFlags {
  readonly event: string;
}

/** Photos of a burst are taken in together when they come faster than this. */
const quietMs = 700;

/** A photo that comes over a slow line is whole when it has not grown for so long. */
const settleMs = 2_000;

/** Where files come in without a pause, those that are whole are not to wait for the last one. */
const longestQuietWaitMs = 3_000;

/** Network folders do not tell of changes, so they are looked at this often. */
const pollMs = 5_000;

export function watchCommand(): Command {
  const command = new Command("watch")
    .description("Index folders again whenever something changes in them, until stopped: for tethered cameras and FTP.")
    .addArgument(foldersArgument("folders to watch, with everything in them"))
    .addOption(
      eventOption("the event the photos belong to; made when there is none of that name").makeOptionMandatory(),
    )
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (folders: string[], flags: WatchFlags) => {
      const onStop = "What was finished is kept. Run the same command again to go on from there.";
      await runCommand(flags, (session) => watchFolders(folders, flags, session), { onStop });
    });
  return documented(addEngineOptions(command), {
    examples: [
      {
        line: 'rollcall watch ~/Pictures/tethered --event "Summer party"',
        does: "Photos appear in the event seconds after they were taken.",
      },
    ],
    json: {
      examples: [[indexExample]],
      notes: [
        "An array that grows: one answer of `rollcall index` each time that something changed.",
        "When watching cannot go on, the last element has `error` with `code` and `message` in place of the rest.",
      ],
    },
  });
}

async function watchFolders(folders: readonly string[], flags: WatchFlags, session: Session): Promise<ExitCode> {
  const parts = session.answerInParts();
  await withRollcall(flags, session, async (rollcall) => {
    // By its id once it is there: under another name it is the same one, and one that is deleted is not to come back.
    let known: string | undefined;
    const look = async (here: readonly string[]) => {
      const isFirst = known === undefined;
      const request = {
        event: known ?? flags.event,
        mustExist: !isFirst,
        folders: here,
        everyFolder: isFirst,
        settleMs,
      };
      const summary = await indexWithProgress(rollcall, request, session);
      known ??= (await rollcall.listEvents()).find(({ name }) => name === summary.event)?.id;
      if (summary.added + summary.changed + summary.removed + summary.processed > 0) {
        await parts.add(summary, () => describeIndexing(summary, session));
      }
    };
    // A folder that is not there at first was mistyped; one that goes away later is on a disk that will come back.
    let here = folders;
    let changes = new Changes(here);
    try {
      await look(here);
      while (!session.signal.aborted) {
        session.status(statusOf(folders, here, session));
        await changes.next(session.signal);
        const before = here;
        here = folders.filter(isThere);
        if (here.join("\n") !== before.join("\n")) {
          changes.end();
          changes = new Changes(here);
        }
        if (here.length > 0 && !session.signal.aborted) await look(here).catch(unlessGone);
      }
    } finally {
      changes.end();
    }
  });
  await parts.end();
  return exitCodes.done;
}

function statusOf(folders: readonly string[], here: readonly string[], { folder }: Session): string {
  const gone = folders.filter((one) => !here.includes(one)).map((one) => displayPath(resolve(one), folder));
  return `${gone.length > 0 ? `Waiting for ${gone.join(" and ")} to be there again` : "Watching"}; Ctrl-C stops it`;
}

function isThere(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The folder went away a moment ago, which the next look will notice. */
function unlessGone(error: unknown): void {
  const code = codedError(error)?.code;
  if (code !== "FOLDER_MISSING" && code !== "FOLDER_UNREADABLE") throw error;
}

/** Waits for something to change in folders, and then for it to be quiet again. */
class Changes {
  readonly #watchers: { close(): void }[] = [];
  #noticed = false;
  #onNotice: () => void = () => undefined;

  constructor(folders: readonly string[]) {
    for (const folder of folders) {
      try {
        const watcher = watch(folder, { recursive: true }, () => this.#notice());
        // Looking from time to time goes on.
        watcher.on("error", () => watcher.close());
        this.#watchers.push(watcher);
      } catch {
        // A folder that cannot be watched is looked at from time to time.
      }
    }
  }

  async next(signal: AbortSignal): Promise<void> {
    const until = AbortSignal.any([signal, this.#noticing()]);
    await sleep(pollMs, undefined, { signal: until }).catch(() => undefined);
    const latest = performance.now() + longestQuietWaitMs;
    while (this.#noticed && !signal.aborted && performance.now() < latest) {
      this.#noticed = false;
      await sleep(quietMs, undefined, { signal }).catch(() => undefined);
    }
  }

  end(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  #noticing(): AbortSignal {
    if (this.#noticed) return AbortSignal.abort();
    const controller = new AbortController();
    this.#onNotice = () => controller.abort();
    return controller.signal;
  }

  #notice(): void {
    this.#noticed = true;
    this.#onNotice();
  }
}
