import { Command, Option } from "commander";
import type { ExportSummary } from "../domain/model.ts";
import { documented } from "./documentation.ts";
import { chooseEvent } from "./event-choice.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { describeFailures } from "./index-folders.ts";
import { withExistingRollcall } from "./open.ts";
import { type CommonOptions, dataDirOption, eventOption, jsonOption, notEmpty } from "./options.ts";
import { displayPath } from "./paths.ts";
import { runCommand, type Session } from "./session.ts";
import { count, number, printable } from "./text.ts";

interface ExportFlags extends CommonOptions {
  readonly to: string;
  readonly event?: string;
}

const example: ExportSummary = {
  person: { id: "p7c1f09a2b", name: "Ann" },
  folder: "/home/me/ann",
  written: ["/home/me/ann/IMG_0017.jpg", "/home/me/ann/IMG_0021.jpg"],
  alreadyThere: 0,
  failed: [],
};

export function exportCommand(): Command {
  const command = new Command("export")
    .description("Copy every photo that a person is in to a folder. Nothing there is overwritten.")
    .argument("<person>", "name, id as `rollcall people` shows it, or the start of one")
    .addOption(
      new Option("--to <folder>", "where to copy them; made when absent").argParser(notEmpty).makeOptionMandatory(),
    )
    .addOption(eventOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (person: string, flags: ExportFlags) => {
      const onStop = "The photos copied so far are complete. Run the same command again to copy the rest.";
      await runCommand(flags, (session) => exportPerson(person, flags, session), { onStop });
    });
  return documented(command, {
    examples: [{ line: "rollcall export Ann --to ~/ann", does: "All photos of Ann, in one folder." }],
    json: {
      examples: [example],
      notes: [
        "`written` lists the copies. `alreadyThere` counts photos that the folder had before, byte for byte.",
        "`failed` lists the photos that could not be copied.",
      ],
    },
  });
}

async function exportPerson(person: string, flags: ExportFlags, session: Session): Promise<ExitCode> {
  const summary = await withExistingRollcall(flags, session, async (rollcall) => {
    const event = await chooseEvent(rollcall, flags.event);
    return await rollcall.exportPerson({ event, person, folder: flags.to, signal: session.signal });
  });
  await session.answer(summary, () => describe(summary, session));
  return summary.failed.length > 0 ? exitCodes.someFilesFailed : exitCodes.done;
}

function describe({ person, folder, written, alreadyThere, failed }: ExportSummary, session: Session): string[] {
  const before =
    alreadyThere === 0 ? "" : `; ${number(alreadyThere)} ${alreadyThere === 1 ? "was" : "were"} there already`;
  const who = session.colours.bold(printable(person.name ?? person.id));
  return [
    `Copied ${count(written.length, "photo")} of ${who} to ${displayPath(folder, session.folder)}${before}.`,
    ...(failed.length === 0 ? [] : ["", ...describeFailures(failed, session)]),
  ];
}
