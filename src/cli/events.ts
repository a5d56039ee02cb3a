import { Command } from "commander";
import type { EventSummary } from "../domain/model.ts";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { withExistingRollcall } from "./open.ts";
import { type CommonOptions, dataDirOption, jsonOption } from "./options.ts";
import { runCommand, type Session } from "./session.ts";
import { number, printable, table } from "./text.ts";

interface EventJson {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly photos: number;
  readonly faces: number;
  readonly people: number;
}

const example: { readonly events: readonly EventJson[] } = {
  events: [
    {
      id: "e41d7a90c3",
      name: "Summer party",
      createdAt: "2026-07-04T18:30:00.000Z",
      photos: 1203,
      faces: 5310,
      people: 182,
    },
  ],
};

export function eventsCommand(): Command {
  const command = new Command("events")
    .description("List the events.")
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (flags: CommonOptions) => {
      await runCommand(flags, (session) => events(flags, session));
    });
  return documented(command, {
    examples: [{ line: "rollcall events", does: "Every event of the data folder, with its photos and people." }],
    json: { examples: [example], notes: ["`createdAt` is in UTC, ISO 8601."] },
  });
}

async function events(flags: CommonOptions, session: Session): Promise<ExitCode> {
  const found = await withExistingRollcall(flags, session, (rollcall) => rollcall.listEvents());
  const answer = { events: found.map(eventJson) };
  await session.answer(answer, () => describe(answer.events, session));
  return exitCodes.done;
}

function eventJson({ id, name, createdAt, photos, faces, people }: EventSummary): EventJson {
  return { id, name, createdAt: createdAt.toISOString(), photos, faces, people };
}

function describe(found: readonly EventJson[], { colours }: Session): string[] {
  if (found.length === 0) return ["There is no event yet. Next: npx rollcall index <folder> --event <name>"];
  const head = [
    { title: "Event" },
    { title: "Photos", align: "right" },
    { title: "Faces", align: "right" },
    { title: "People", align: "right" },
    { title: "Made on" },
  ] as const;
  const rows = found.map(({ name, photos, faces, people, createdAt }) => [
    printable(name),
    number(photos),
    number(faces),
    number(people),
    createdAt.slice(0, 10),
  ]);
  return table(head, rows, colours.dim);
}
