import { Command, Option } from "commander";
import type { Rollcall } from "../compose.ts";
import type { IndexProgress, IndexSummary } from "../domain/model.ts";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
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
import { progressText } from "./progress.ts";
import { runCommand, type Session, type View } from "./session.ts";
import { count, duration, list, number, printable, printableLines, round, shellWord } from "./text.ts";

interface IndexFlags extends CommonOptions, EngineFlags {
  readonly event: string;
  readonly retryFailed?: boolean;
  readonly again?: boolean;
  readonly forgetMissing?: boolean;
}

/** More failures than this fill a screen; --json has them all. */
const failuresShown = 20;

export const indexExample: IndexSummary = {
  event: "Summer party",
  added: 1204,
  unchanged: 0,
  changed: 0,
  removed: 0,
  skipped: 3,
  deletedBefore: 0,
  processed: 1204,
  failed: [
    {
      file: "/photos/party/IMG_0042.jpg",
      error: { code: "IMAGE_EMPTY", message: "The file has no content. Copy it again from the original." },
    },
  ],
  photos: 1203,
  faces: 5310,
  people: 182,
  seconds: 96.4,
  stopped: false,
};

export function indexCommand(): Command {
  const command = new Command("index")
    .description("Find and group the faces in folders of photos. Photos stay where they are and are never altered.")
    .addArgument(foldersArgument("folders to search, with everything in them"))
    .addOption(
      eventOption("the event the photos belong to; made when there is none of that name").makeOptionMandatory(),
    )
    .addOption(new Option("--retry-failed", "also try files again that failed before and have not changed"))
    .addOption(new Option("--again", "bring photos back that were deleted from the event"))
    .addOption(new Option("--forget-missing", "take the photos of folders that were deleted out of the event"))
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (folders: string[], flags: IndexFlags) => {
      const onStop = "What was finished is kept. Run the same command again to go on from there.";
      await runCommand(flags, (session) => indexFolders(folders, flags, session), { onStop });
    });
  return documented(addEngineOptions(command), {
    examples: [
      {
        line: 'rollcall index ~/Pictures/party --event "Summer party"',
        does: "Indexes the folder. The next time, only new, changed and removed files cost anything.",
      },
    ],
    json: {
      examples: [indexExample],
      notes: [
        "`added`, `unchanged`, `changed`, `removed` and `skipped` count files of the folders given; `processed` counts the photos whose faces were looked for in this run.",
        "`deletedBefore` counts the photos in the folders that somebody deleted from the event: they are left out, unless `--again` brings them back.",
        "`photos`, `faces` and `people` count what the event has now. The same bytes under two names are one photo.",
        "`failed` lists every file of the event that could not be used, from this run or an earlier one, and every folder that could not be read. What was indexed from such a folder before is kept, unless `--forget-missing` says that a folder that is not there was deleted.",
        "`stopped` is true when the run was interrupted; the same command goes on from there.",
      ],
    },
  });
}

async function indexFolders(folders: readonly string[], flags: IndexFlags, session: Session): Promise<ExitCode> {
  const { event, retryFailed = false, again = false, forgetMissing = false } = flags;
  const summary = await withRollcall(flags, session, (rollcall) =>
    indexWithProgress(rollcall, { event, folders, retryFailed, again, forgetMissing }, session),
  );
  await session.answer(summary, () => [
    ...describeIndexing(summary, session),
    ...(summary.stopped ? [] : ["", `Next: npx rollcall people --event ${shellWord(event)}`]),
  ]);
  return summary.failed.length > 0 ? exitCodes.someFilesFailed : exitCodes.done;
}

/** Indexes with a line of progress on stderr. The time it took is given in hundredths of a second, as every answer has it. */
export async function indexWithProgress(
  rollcall: Rollcall,
  request: Omit<Parameters<Rollcall["indexFolders"]>[0], "signal" | "onProgress">,
  session: Session,
): Promise<IndexSummary> {
  const summary = await rollcall.indexFolders({
    ...request,
    signal: session.signal,
    onProgress: (progress) => {
      if (progress.phase !== "done") session.status(statusText(progress));
    },
  });
  return { ...summary, seconds: round(summary.seconds, 2) };
}

function statusText(progress: IndexProgress): string {
  const { phase, done, total, totalIsFinal, files, photosPerSecond: perSecond, secondsLeft } = progress;
  if (phase === "grouping") return "Grouping the faces into people";
  if (total === 0 || (phase === "scanning" && done === 0)) {
    return files === 0 ? "Scanning the folders" : `Scanning the folders: ${count(files, "picture file")}`;
  }
  const text = progressText("Indexing", "photo", {
    done,
    total,
    perSecond,
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
  });
  return totalIsFinal ? text : `${text} · still scanning`;
}

export function describeIndexing(summary: IndexSummary, { colours, folder }: View): string[] {
  const { event, processed, photos, faces, people, seconds, failed, deletedBefore, stopped } = summary;
  const rate = processed > 0 && seconds > 0 ? `, ${number(processed / seconds)} a second` : "";
  const looked = `Looked at ${count(processed, "photo")} in ${duration(seconds * 1000)}${rate}`;
  const did = processed > 0 ? looked : stopped ? "No photo was looked at yet" : "No photo was new";
  const changes = [
    [summary.added, "new"],
    [summary.changed, "changed"],
    [summary.removed, "gone"],
    [summary.unchanged, "unchanged"],
  ] as const;
  const changed = changes.flatMap(([amount, word]) => (amount === 0 ? [] : [`${number(amount)} ${word}`]));
  const skipped = summary.skipped === 0 ? "" : `; ${count(summary.skipped, "other file")} skipped`;
  return [
    `${did}.`,
    ...(changed.length === 0 ? [] : [colours.dim(`Files: ${list(changed)}${skipped}.`)]),
    `${colours.bold(printable(event))} has ${list([
      count(photos, "photo"),
      count(faces, "face"),
      count(people, "person", "people"),
    ])}.`,
    ...(deletedBefore === 0 ? [] : [describeLeftOut(deletedBefore)]),
    ...(failed.length === 0 ? [] : ["", ...describeFailures(failed, { colours, folder })]),
  ];
}

function describeLeftOut(photos: number): string {
  const were = photos === 1 ? "was deleted before and is" : "were deleted before and are";
  return `${count(photos, "photo")} ${were} left out (bring ${photos === 1 ? "it" : "them"} back with npx rollcall index --again).`;
}

export function describeFailures(failed: IndexSummary["failed"], { colours, folder }: View): string[] {
  const shown = failed.slice(0, failuresShown);
  const more = failed.length - shown.length;
  return [
    colours.warn(`${count(failed.length, "file")} could not be used:`),
    ...shown.map(
      ({ file, error }) => `  ${displayPath(file, folder)}: ${printableLines(error.message)} (${error.code})`,
    ),
    ...(more === 0 ? [] : [`  and ${number(more)} more; --json lists them all`]),
  ];
}
