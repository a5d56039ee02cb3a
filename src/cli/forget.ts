import { Command, Option } from "commander";
import type { DeletedEvent } from "../domain/model.ts";
import { documented } from "./documentation.ts";
import { exitCodes } from "./exit-codes.ts";
import { withRollcall } from "./open.ts";
import { type CommonOptions, dataDirOption, jsonOption } from "./options.ts";
import { runCommand } from "./session.ts";
import { count, list, printable } from "./text.ts";

interface ForgetFlags extends CommonOptions {
  /** Mandatory: the command line refuses the command without it. */
  readonly yes: boolean;
}

const example: DeletedEvent = { event: "Summer party", photos: 1203, faces: 5310, people: 182 };

export function forgetCommand(): Command {
  const command = new Command("forget")
    .description("Erase all that is known of an event: faces, people, names. The photos themselves are not touched.")
    .argument("<event>", "name of the event")
    .addOption(new Option("--yes", "confirms it; there is no way back").makeOptionMandatory())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (event: string, flags: ForgetFlags) => {
      await runCommand(flags, async (session) => {
        const erased = await withRollcall(flags, session, (rollcall) => rollcall.deleteEvent(event));
        await session.answer(erased, () => [
          `Forgot ${session.colours.bold(printable(erased.event))}: ${list([
            count(erased.photos, "photo"),
            count(erased.faces, "face"),
            count(erased.people, "person", "people"),
          ])}. The photos themselves are where they were.`,
        ]);
        return exitCodes.done;
      });
    });
  return documented(command, {
    examples: [{ line: 'rollcall forget "Summer party" --yes', does: "Erases the event." }],
    json: { examples: [example], notes: ["What was erased."] },
  });
}
