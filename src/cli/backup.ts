import { Command, Option } from "commander";
import type { BackupAnswer } from "../compose/backup.ts";
import type { UploadedOriginal } from "../domain/backup.ts";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { copying, megabytes } from "./fetching.ts";
import { type CommonOptions, dataDirOption, jsonOption, notEmpty } from "./options.ts";
import { displayPath } from "./paths.ts";
import { runCommand, type Session } from "./session.ts";
import { count, list } from "./text.ts";

interface BackupFlags extends CommonOptions {
  readonly to: string;
  readonly withKey?: boolean;
}

const example: BackupAnswer = {
  folder: "/backups/2026-11-24",
  events: 3,
  photos: 10_412,
  originals: 8_120,
  bytes: 41_200_311_008,
  keyIncluded: false,
  lost: [{ eventId: "6a1f0c22b7e94d03", sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }],
  key: "/home/me/.local/share/rollcall/rollcall.key",
};

/** Losses that are named one by one. */
const mostLossesShown = 10;

export function backupCommand(): Command {
  const command = new Command("backup")
    .description(
      "Copy everything that cannot be made again to a folder: people, names, faces and uploaded photos. A server may go on running.",
    )
    .addOption(
      new Option("--to <folder>", "where to put the backup: a new or an empty folder")
        .argParser(notEmpty)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--with-key", "put the key into the backup too; whoever has such a backup can read the faces in it"),
    )
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (flags: BackupFlags) => {
      await runCommand(flags, (session) => backUp(flags, session), { onStop: "There is no backup." });
    });
  return documented(command, {
    examples: [
      {
        line: "rollcall backup --to /backups/2026-11-24",
        does: "Makes a backup; the key has to be kept apart from it.",
      },
    ],
    json: {
      examples: [example],
      notes: [
        "`originals` counts the uploaded photos in the backup. Photos that were indexed where they are stay there, and are in `photos` alone.",
        "`key` is what to keep apart from the backup: the file of the key, or the variable that holds it.",
        "`lost` lists uploaded photos that the data folder does not have any more, or not with the bytes that were uploaded; the exit code is then 3.",
      ],
    },
  });
}

async function backUp({ dataDir, to, withKey }: BackupFlags, session: Session): Promise<ExitCode> {
  const { backUp: run } = await import("../compose/backup.ts");
  const summary = await run({
    ...(dataDir === undefined ? {} : { dataDir }),
    to,
    withKey: withKey ?? false,
    ...copying(session),
  });
  await session.answer(summary, () => describe(summary, session));
  return summary.lost.length > 0 ? exitCodes.someFilesFailed : exitCodes.done;
}

function describe({ folder, events, photos, originals, bytes, keyIncluded, key, lost }: BackupAnswer, view: Session) {
  const what = list([count(events, "event"), count(photos, "photo")]);
  return [
    `Backed up ${what} to ${view.colours.bold(displayPath(folder, view.folder))} (${count(originals, "uploaded file")}, ${megabytes(bytes)}).`,
    keyIncluded
      ? "The key is in the backup: whoever has it can read the faces. Keep it as you would keep the key."
      : `The key is not in it. Keep a copy of ${key === "ROLLCALL_KEY" ? key : displayPath(key, view.folder)} in another place: without it the faces in the backup cannot be read.`,
    ...describeLosses(lost),
  ];
}

function describeLosses(lost: readonly UploadedOriginal[]): string[] {
  if (lost.length === 0) return [];
  const shown = lost.slice(0, mostLossesShown).map(({ eventId, sha256 }) => `  ${eventId}/originals/${sha256}`);
  const more = lost.length > shown.length ? [`  and ${count(lost.length - shown.length, "other")}`] : [];
  return [
    "",
    `${count(lost.length, "uploaded photo")} could not be backed up: gone from the data folder, or damaged there. Take them from an earlier backup:`,
    ...shown,
    ...more,
  ];
}
