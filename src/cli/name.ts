import { Command } from "commander";
import { documented } from "./documentation.ts";
import { chooseEvent } from "./event-choice.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { type PersonJson, personJson } from "./json.ts";
import { withExistingRollcall } from "./open.ts";
import { type CommonOptions, dataDirOption, eventOption, jsonOption, notEmpty } from "./options.ts";
import { runCommand, type Session } from "./session.ts";
import { count, printable } from "./text.ts";

interface NameFlags extends CommonOptions {
  readonly event?: string;
}

interface NameJson {
  readonly event: string;
  readonly person: PersonJson;
}

const example: NameJson = {
  event: "Summer party",
  person: {
    id: "p7c1f09a2b",
    name: "Ann",
    photos: 41,
    faces: 43,
    cover: { file: "/photos/party/IMG_0017.jpg", box: [1180.4, 722.1, 1421.9, 1035.6], quality: 0.94, reasons: [] },
  },
};

export function nameCommand(): Command {
  const command = new Command("name")
    .description("Give a person a name. It stays with them when people are grouped again.")
    .argument("<person>", "id as `rollcall people` shows it, the start of one, or the name so far")
    .argument("<name>", "the new name", notEmpty)
    .addOption(eventOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (person: string, name: string, flags: NameFlags) => {
      await runCommand(flags, (session) => giveName(person, name, flags, session));
    });
  return documented(command, {
    examples: [{ line: 'rollcall name p7c1 "Ann" --event "Summer party"', does: "Calls that person Ann from now on." }],
    json: { examples: [example], notes: ["`person` is as in `rollcall people --json`."] },
  });
}

async function giveName(person: string, name: string, flags: NameFlags, session: Session): Promise<ExitCode> {
  const answer = await withExistingRollcall(flags, session, async (rollcall): Promise<NameJson> => {
    const event = await chooseEvent(rollcall, flags.event);
    return { event, person: personJson(await rollcall.namePerson({ event, person, name })) };
  });
  await session.answer(answer, () => [
    `${session.colours.bold(printable(answer.person.name ?? name))} is in ${count(answer.person.photos, "photo")}.`,
  ]);
  return exitCodes.done;
}
