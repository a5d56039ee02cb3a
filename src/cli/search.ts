import { Command, Option } from "commander";
import { documented } from "./documentation.ts";
import { chooseEvent } from "./event-choice.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { type MatchJson, type PersonNameJson, type SearchJson, searchJson } from "./json.ts";
import { withExistingRollcall } from "./open.ts";
import {
  addEngineOptions,
  type CommonOptions,
  dataDirOption,
  type EngineFlags,
  eventOption,
  fraction,
  jsonOption,
  wholeNumber,
} from "./options.ts";
import { displayPath } from "./paths.ts";
import { runCommand, type Session, type View } from "./session.ts";
import { count, duration, percent, printable, table } from "./text.ts";

interface SearchFlags extends CommonOptions, EngineFlags {
  readonly event?: string;
  readonly threshold?: number;
  readonly face?: number;
}

export const searchExample: SearchJson = {
  event: "Summer party",
  outcome: "found",
  threshold: 0.7,
  query: {
    file: "selfie.jpg",
    faceIndex: 0,
    facesInPicture: 1,
    box: [410.2, 388.7, 1102.5, 1260.3],
    quality: 0.93,
    reasons: [],
  },
  person: { id: "p7c1f09a2b", name: "Ann" },
  margin: 0.4127,
  matches: [
    {
      file: "/photos/party/IMG_0017.jpg",
      files: ["/photos/party/IMG_0017.jpg", "/photos/party/best/IMG_0017 copy.jpg"],
      box: [1180.4, 722.1, 1421.9, 1035.6],
      quality: 0.94,
      reasons: [],
      person: { id: "p7c1f09a2b", name: "Ann" },
      confidence: 0.9991,
      similarity: 0.7312,
      distance: 0.7332,
      margin: 0.4127,
    },
  ],
  facesCompared: 5310,
  photosPending: 0,
  retrievalMs: 3.41,
};

const notFoundExample: SearchJson = {
  event: "Summer party",
  outcome: "not-found",
  threshold: 0.7,
  query: {
    file: "stranger.jpg",
    faceIndex: 0,
    facesInPicture: 1,
    box: [380.1, 402.6, 1013.8, 1240.2],
    quality: 0.9,
    reasons: [],
  },
  matches: [],
  bestConfidence: 0.0312,
  facesCompared: 5310,
  photosPending: 0,
  retrievalMs: 3.12,
};

const notEnoughEvidenceExample: SearchJson = {
  event: "Summer party",
  outcome: "not-enough-evidence",
  threshold: 0.7,
  query: {
    file: "blurred.jpg",
    faceIndex: 0,
    facesInPicture: 2,
    box: [611, 240.5, 640.2, 279.9],
    quality: 0.21,
    reasons: ["only 29 px wide", "too blurred"],
  },
  matches: [],
  reasons: ["the face in the picture is only 29 px wide"],
  candidates: searchExample.matches.map((match) => ({
    ...match,
    confidence: 0.4218,
    similarity: 0.3504,
    distance: 1.1398,
    margin: 0.0216,
  })),
  facesCompared: 5310,
  photosPending: 0,
  retrievalMs: 3.07,
};

export function searchCommand(): Command {
  const command = new Command("search")
    .description("Find every photo of an event that the person in a picture is in.")
    .argument("<picture>", "a picture of the person, such as a selfie")
    .addOption(eventOption())
    .addOption(
      new Option("--threshold <number>", "least confidence of a match, 0 to 1 (default: 0.7)").argParser(fraction),
    )
    .addOption(
      new Option(
        "--face <number>",
        "which face of the picture, counted from 0, the largest first (default: 0)",
      ).argParser(wholeNumber(0, 9999)),
    )
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (picture: string, flags: SearchFlags) => {
      await runCommand(flags, (session) => search(picture, flags, session));
    });
  return documented(addEngineOptions(command), {
    examples: [
      { line: 'rollcall search selfie.jpg --event "Summer party"', does: "Lists the photos, the surest match first." },
      {
        line: "rollcall search selfie.jpg --threshold 0.95 --json",
        does: "Only the very sure ones, for other programs.",
      },
    ],
    json: {
      examples: [searchExample, notFoundExample, notEnoughEvidenceExample],
      notes: [
        "`outcome` is `found`, `not-found` (the picture is good enough to say that the person is not in these photos) or `not-enough-evidence` (neither can be said honestly: `reasons` tells why, `candidates` has the likeliest photos in the form of matches).",
        "`confidence` is the probability, 0 to 1, that the face is the person looked for: of matches at 0.9, nine in ten are right. `similarity` is the cosine of the embeddings, -1 to 1, and `distance` their Euclidean distance, 0 to 2.",
        "`matches` has one element per photo, the surest first, and is empty unless the outcome is `found`; `files` lists every place where the same bytes were found.",
        "`margin` is the similarity of the best face of a match's person minus that of the best face of anybody else; beside `outcome` it is that of the best match. It is absent when there is nobody else. `bestConfidence` comes with `not-found`: that of the nearest face.",
        "`photosPending` counts photos of the event that have not been looked at yet: the person may be in them, whatever the outcome.",
        "`retrievalMs` is the time from the query's embedding to the ranked answer.",
      ],
    },
  });
}

async function search(picture: string, flags: SearchFlags, session: Session): Promise<ExitCode> {
  const answer = await withExistingRollcall(flags, session, async (rollcall) =>
    searchJson(
      await rollcall.searchEvent({
        event: await chooseEvent(rollcall, flags.event),
        picture,
        ...(flags.threshold === undefined ? {} : { threshold: flags.threshold }),
        ...(flags.face === undefined ? {} : { faceIndex: flags.face }),
        signal: session.signal,
      }),
    ),
  );
  await session.answer(answer, () => describeSearch(answer, session));
  return exitCodes.done;
}

export function describeSearch(answer: SearchJson, view: View): string[] {
  return [
    ...describeQuery(answer),
    ...describeOutcome(answer, view),
    ...describePending(answer, view),
    "",
    view.colours.dim(`Compared ${count(answer.facesCompared, "face")} in ${duration(answer.retrievalMs)}.`),
  ];
}

function describePending({ event, photosPending }: SearchJson, { colours }: View): string[] {
  if (photosPending === 0) return [];
  const were = photosPending === 1 ? "has" : "have";
  const text = `${count(photosPending, "photo")} of ${printable(event)} ${were} not been looked at yet: the person may be there, too.`;
  return ["", colours.warn(text)];
}

function describeQuery({ query }: SearchJson): string[] {
  if (query === undefined || query.facesInPicture < 2) return [];
  const which = query.faceIndex === 0 ? "the largest" : `number ${query.faceIndex}`;
  return [
    `The picture has ${query.facesInPicture} faces; ${which} is looked for. --face <number> chooses another.`,
    "",
  ];
}

function describeOutcome(answer: SearchJson, { colours, folder }: View): string[] {
  const event = colours.bold(printable(answer.event));
  switch (answer.outcome) {
    case "found": {
      const who = answer.person?.name === undefined ? "Found" : `${colours.bold(printable(answer.person.name))} is`;
      return [
        `${who} in ${count(answer.matches.length, "photo")} of ${event}:`,
        "",
        ...matchTable(answer.matches, { colours, folder }),
      ];
    }
    case "not-found": {
      const nearest =
        answer.bestConfidence === undefined ? "" : ` The nearest face is a ${percent(answer.bestConfidence)} match.`;
      return [`Not in the photos of ${event}.${nearest}`];
    }
    case "not-enough-evidence": {
      const candidates = answer.candidates ?? [];
      return [
        colours.warn("Not enough evidence to say yes or no."),
        ...(answer.reasons ?? []).map((reason) => `  ${printable(reason)}`),
        ...(candidates.length === 0
          ? []
          : ["", "The likeliest photos:", "", ...matchTable(candidates, { colours, folder })]),
      ];
    }
  }
}

function matchTable(matches: readonly MatchJson[], { colours, folder }: View): string[] {
  const head = [
    { title: "Match", align: "right" },
    { title: "Similarity", align: "right" },
    { title: "Person" },
    { title: "Photo" },
  ] as const;
  const rows = matches.map(({ confidence, similarity, person, file, reasons }) => [
    `${percent(confidence)} match`,
    similarity.toFixed(2),
    personText(person),
    displayPath(file, folder) + (reasons.length === 0 ? "" : colours.dim(` (${reasons.join(", ")})`)),
  ]);
  return table(head, rows, colours.dim);
}

function personText(person: PersonNameJson | undefined): string {
  return person === undefined ? "" : printable(person.name ?? person.id);
}
