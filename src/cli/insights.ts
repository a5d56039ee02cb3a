import { Command } from "commander";
import type { Insights } from "../domain/model.ts";
import { documented } from "./documentation.ts";
import { chooseEvent } from "./event-choice.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { milliseconds, type PersonJson, personJson } from "./json.ts";
import { withExistingRollcall } from "./open.ts";
import { type CommonOptions, dataDirOption, eventOption, jsonOption } from "./options.ts";
import { runCommand, type Session } from "./session.ts";
import { count, duration, number, printable, table } from "./text.ts";

interface InsightsFlags extends CommonOptions {
  readonly event?: string;
}

interface InsightsJson extends Omit<Insights, "mostPhotographed"> {
  readonly mostPhotographed: readonly PersonJson[];
}

const example: InsightsJson = {
  event: "Summer party",
  photos: 1203,
  photosWithoutFaces: 88,
  photosFailed: 1,
  photosPending: 0,
  faces: 5310,
  people: 182,
  seenOnce: 47,
  mostPhotographed: [
    {
      id: "p7c1f09a2b",
      name: "Ann",
      photos: 41,
      faces: 43,
      cover: { file: "/photos/party/IMG_0017.jpg", box: [1180.4, 722.1, 1421.9, 1035.6], quality: 0.94, reasons: [] },
    },
  ],
  retrievalMs: { count: 25, p50: 2.9, p95: 6.2, p99: 7.1 },
};

export function insightsCommand(): Command {
  const command = new Command("insights")
    .description("Show the figures of an event: photos, faces, people, and how fast searches were.")
    .addOption(eventOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (flags: InsightsFlags) => {
      await runCommand(flags, (session) => insights(flags, session));
    });
  return documented(command, {
    examples: [{ line: 'rollcall insights --event "Summer party"', does: "The event in figures." }],
    json: {
      examples: [example],
      notes: [
        "`seenOnce` counts the people with a single face. `mostPhotographed` has at most ten people, as in `rollcall people --json`.",
        "`retrievalMs` has the median and the 95th and 99th percentiles of the searches made in this event, at most the latest thousand; absent before the first search.",
      ],
    },
  });
}

async function insights(flags: InsightsFlags, session: Session): Promise<ExitCode> {
  const found = await withExistingRollcall(flags, session, async (rollcall) =>
    rollcall.insights(await chooseEvent(rollcall, flags.event)),
  );
  const answer = insightsJson(found);
  await session.answer(answer, () => describe(answer, session));
  return exitCodes.done;
}

function insightsJson({ mostPhotographed, retrievalMs, ...figures }: Insights): InsightsJson {
  return {
    ...figures,
    mostPhotographed: mostPhotographed.map(personJson),
    ...(retrievalMs === undefined
      ? {}
      : {
          retrievalMs: {
            count: retrievalMs.count,
            p50: milliseconds(retrievalMs.p50),
            p95: milliseconds(retrievalMs.p95),
            p99: milliseconds(retrievalMs.p99),
          },
        }),
  };
}

function describe(answer: InsightsJson, { colours }: Session): string[] {
  const { photos, photosWithoutFaces, photosFailed, photosPending, faces, people, seenOnce, retrievalMs } = answer;
  const asides = [
    [photosWithoutFaces, "without faces"],
    [photosFailed, "failed"],
    [photosPending, "still to do"],
  ] as const;
  const aside = asides.flatMap(([amount, words]) => (amount === 0 ? [] : [`${number(amount)} ${words}`])).join(", ");
  const figures = [
    ["Photos", number(photos), aside],
    ["Faces", number(faces), ""],
    ["People", number(people), seenOnce === 0 ? "" : `${number(seenOnce)} seen once`],
  ];
  const stars = answer.mostPhotographed.flatMap(({ id, name, photos: appearances }) =>
    appearances > 1 ? [[printable(name ?? id), number(appearances)]] : [],
  );
  return [
    colours.bold(printable(answer.event)),
    ...table([{ title: "" }, { title: "", align: "right" }, { title: "" }], figures),
    ...(stars.length === 0
      ? []
      : ["", ...table([{ title: "Most photographed" }, { title: "Photos", align: "right" }], stars, colours.dim)]),
    "",
    retrievalMs === undefined
      ? colours.dim("No search was made yet.")
      : `Retrieval: half of ${count(retrievalMs.count, "search", "searches")} took ${duration(retrievalMs.p50)} or less (p50), 95% took ${duration(retrievalMs.p95)} or less (p95).`,
  ];
}
