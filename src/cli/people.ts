import { Command, Option } from "commander";
import { documented } from "./documentation.ts";
import { chooseEvent } from "./event-choice.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { type PersonJson, personJson } from "./json.ts";
import { withExistingRollcall } from "./open.ts";
import { type CommonOptions, dataDirOption, eventOption, jsonOption } from "./options.ts";
import { displayPath } from "./paths.ts";
import { runCommand, type Session, type View } from "./session.ts";
import { count, number, printable, shellWord, table } from "./text.ts";

interface PeopleFlags extends CommonOptions {
  readonly event?: string;
  readonly all?: boolean;
}

interface PeopleJson {
  readonly event: string;
  readonly people: readonly PersonJson[];
}

export const peopleExample: PeopleJson = {
  event: "Summer party",
  people: [
    {
      id: "p7c1f09a2b",
      name: "Ann",
      photos: 41,
      faces: 43,
      cover: { file: "/photos/party/IMG_0017.jpg", box: [1180.4, 722.1, 1421.9, 1035.6], quality: 0.94, reasons: [] },
    },
  ],
};

export function peopleCommand(): Command {
  const command = new Command("people")
    .description("List the people of an event, most photographed first.")
    .addOption(eventOption())
    .addOption(new Option("--all", "list those seen only once as well (--json always does)"))
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (flags: PeopleFlags) => {
      await runCommand(flags, (session) => people(flags, session));
    });
  return documented(command, {
    examples: [{ line: 'rollcall people --event "Summer party"', does: "Who is there, and in how many photos." }],
    json: {
      examples: [peopleExample],
      notes: [
        "Most photos first. `id` is kept when people are grouped again; `name` is there once somebody has given one.",
        "`cover` is the face that stands for the person, the best unless another was chosen: where it is and how well it can be recognised.",
      ],
    },
  });
}

async function people({ event, all = false, ...flags }: PeopleFlags, session: Session): Promise<ExitCode> {
  const answer = await withExistingRollcall(flags, session, async (rollcall): Promise<PeopleJson> => {
    const chosen = await chooseEvent(rollcall, event);
    return { event: chosen, people: (await rollcall.listPeople(chosen)).map(personJson) };
  });
  await session.answer(answer, () => [...describePeople(answer, session, all), ...nextSteps(answer)]);
  return exitCodes.done;
}

export function describePeople({ event, people }: PeopleJson, { colours, folder }: View, all = false): string[] {
  if (people.length === 0) return [`Nobody was found in ${printable(event)} yet.`];
  const shown = all ? people : people.filter(({ faces }) => faces > 1);
  const once = people.length - shown.length;
  const rows = shown.map(({ id, name = "", photos, faces, cover }) => [
    id,
    printable(name),
    number(photos),
    number(faces),
    displayPath(cover.file, folder),
  ]);
  const head = [
    { title: "Id" },
    { title: "Name" },
    { title: "Photos", align: "right" },
    { title: "Faces", align: "right" },
    { title: "Best photo" },
  ] as const;
  return [
    `${count(people.length, "person", "people")} in ${colours.bold(printable(event))}`,
    ...(shown.length === 0 ? [] : ["", ...table(head, rows, colours.dim)]),
    ...(once === 0 ? [] : ["", `${count(once, "person was", "people were")} seen once; --all lists them too.`]),
  ];
}

function nextSteps({ event, people: [person] }: PeopleJson): string[] {
  if (person === undefined || person.name !== undefined) return [];
  return ["", `Give a name: npx rollcall name ${shellWord(person.id)} "Ann" --event ${shellWord(event)}`];
}
