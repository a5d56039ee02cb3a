import { Command, Option } from "commander";
import type { ErasedEvent } from "../domain/model.ts";
import { documented } from "./documentation.ts";
import { exitCodes } from "./exit-codes.ts";
import { megabytes } from "./fetching.ts";
import { withExistingRollcall } from "./open.ts";
import { type CommonOptions, dataDirOption, jsonOption } from "./options.ts";
import { runCommand } from "./session.ts";
import { count, list, printable } from "./text.ts";

interface ForgetFlags extends CommonOptions {
  /** Mandatory: the command line refuses the command without it. */
  readonly yes: boolean;
}

const example: ErasedEvent & { readonly event: string } = {
  event: "Summer party",
  photos: 1203,
  faces: 5310,
  people: 182,
  links: 2,
  uploadedBytes: 5_120_400_000,
  pictureBytes: 310_200_000,
};

export function forgetCommand(): Command {
  const command = new Command("forget")
    .description(
      "Erase an event: faces, people, names, guests, and uploaded photos. Photos that were indexed where they are stay.",
    )
    .argument("<event>", "name of the event")
    .addOption(new Option("--yes", "confirms it; there is no way back").makeOptionMandatory())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (event: string, flags: ForgetFlags) => {
      await runCommand(flags, async (session) => {
        const erased = await withExistingRollcall(flags, session, (rollcall) => rollcall.eraseEvent(event));
        await session.answer(erased, () => [
          `Forgot ${session.colours.bold(printable(erased.event))}: ${list([
            count(erased.photos, "photo"),
            count(erased.faces, "face"),
            count(erased.people, "person", "people"),
          ])}. ${whatIsLeft(erased)}`,
        ]);
        return exitCodes.done;
      });
    });
  return documented(command, {
    examples: [{ line: 'rollcall forget "Summer party" --yes', does: "Erases the event." }],
    json: {
      examples: [example],
      notes: [
        "What was erased. `links` are those for guests; `uploadedBytes` are of photos that Rollcall alone had, `pictureBytes` of pictures made from photos.",
      ],
    },
  });
}

function whatIsLeft({ uploadedBytes }: ErasedEvent): string {
  if (uploadedBytes === 0) return "The photos themselves are where they were.";
  return `Uploaded photos are gone with it (${megabytes(uploadedBytes)}); those that were indexed are where they were.`;
}
