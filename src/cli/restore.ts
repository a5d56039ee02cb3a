import { Command, Option } from "commander";
import type { RestoreSummary } from "../domain/backup.ts";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { copying } from "./fetching.ts";
import { type CommonOptions, dataDirOption, jsonOption, notEmpty } from "./options.ts";
import { displayPath } from "./paths.ts";
import { runCommand, type Session } from "./session.ts";
import { count, list } from "./text.ts";

interface RestoreFlags extends CommonOptions {
  readonly keyFile?: string;
}

interface RestoreJson extends Omit<RestoreSummary, "backedUpAt"> {
  readonly backedUpAt: string;
}

const example: RestoreJson = {
  dataDir: "/home/me/.local/share/rollcall",
  events: 3,
  photos: 10_412,
  originals: 8_120,
  backedUpAt: "2026-11-24T03:00:12.000Z",
};

export function restoreCommand(): Command {
  const command = new Command("restore")
    .description("Make a data folder from a backup. Every file is compared with what the backup says of it.")
    .argument("<backup>", "the folder that `rollcall backup` made")
    .addOption(
      new Option(
        "--key-file <file>",
        "the key that was kept apart, for a backup without it; it is copied into the data folder",
      ).argParser(notEmpty),
    )
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (backup: string, flags: RestoreFlags) => {
      await runCommand(flags, (session) => restore(backup, flags, session), { onStop: "Nothing was restored." });
    });
  return documented(command, {
    examples: [
      {
        line: "rollcall restore /backups/2026-11-24 --key-file /media/key/rollcall.key --data-dir ~/rollcall",
        does: "Restores a backup into a new data folder.",
      },
    ],
    json: {
      examples: [example],
      notes: ["What is in the new data folder. `originals` counts the uploaded photos, `backedUpAt` is in UTC."],
    },
  });
}

async function restore(backup: string, { dataDir, keyFile }: RestoreFlags, session: Session): Promise<ExitCode> {
  const { restore: run } = await import("../compose/backup.ts");
  const summary = await run({
    backup,
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...copying(session),
  });
  const answer: RestoreJson = { ...summary, backedUpAt: summary.backedUpAt.toISOString() };
  await session.answer(answer, () => {
    const what = list([count(summary.events, "event"), count(summary.photos, "photo")]);
    const folder = session.colours.bold(displayPath(summary.dataDir, session.folder));
    return [`Restored ${what} to ${folder}, as they were on ${summary.backedUpAt.toLocaleString("en-GB")}.`];
  });
  return exitCodes.done;
}
