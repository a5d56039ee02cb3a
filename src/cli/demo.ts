import { join } from "node:path";
import { Command } from "commander";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { describeIndexing, indexExample, indexWithProgress } from "./index-folders.ts";
import { personJson, searchJson } from "./json.ts";
import { fetchSampleEvent, withRollcall } from "./open.ts";
import { addEngineOptions, type CommonOptions, dataDirOption, type EngineFlags, jsonOption } from "./options.ts";
import { describePeople, peopleExample } from "./people.ts";
import { describeSearch, searchExample } from "./search.ts";
import { runCommand, type Session, type View } from "./session.ts";

const event = "demo";
/** The woman on the right of the first photo; in this one, hers is the largest face. */
const wantedPicture = "sample3.jpg";

export function demoCommand(): Command {
  const command = new Command("demo")
    .description("Index six party photos, list the people in them and search for one of them, as the event `demo`.")
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (flags: CommonOptions & EngineFlags) => {
      const onStop = "What was finished is kept. Run the same command again to go on from there.";
      await runCommand(flags, (session) => demo(flags, session), { onStop });
    });
  return documented(addEngineOptions(command), {
    examples: [{ line: "rollcall demo", does: "Shows what Rollcall does; the photos are fetched the first time." }],
    json: {
      examples: [{ index: indexExample, people: peopleExample.people, search: searchExample }],
      notes: ["The answers of `rollcall index`, `rollcall people` and `rollcall search`, in the forms given there."],
    },
  });
}

async function demo(flags: CommonOptions & EngineFlags, session: Session): Promise<ExitCode> {
  const folder = await fetchSampleEvent(session);
  return await withRollcall(flags, session, async (rollcall) => {
    const index = await indexWithProgress(rollcall, { event, folders: [folder] }, session);
    const people = (await rollcall.listPeople(event)).map(personJson);
    const picture = join(folder, wantedPicture);
    const search = searchJson(await rollcall.searchEvent({ event, picture, signal: session.signal }));
    const view = { ...session, folder };
    await session.answer({ index, people, search }, () => [
      ...heading("Six photos of a party", view),
      // The folder is one of the model cache, which keeps its record there: nothing that anybody put beside photos.
      ...describeIndexing({ ...index, skipped: 0 }, view),
      ...heading("The people in them", view),
      ...describePeople({ event, people }, view),
      ...heading(`Where is the woman in front of ${wantedPicture}?`, view),
      ...describeSearch(search, view),
      ...heading("Your turn", view),
      'npx rollcall index <folder of photos> --event "My party"',
      'npx rollcall search <selfie.jpg> --event "My party"',
    ]);
    return index.failed.length > 0 ? exitCodes.someFilesFailed : exitCodes.done;
  });
}

function heading(text: string, { colours }: View): string[] {
  return ["", colours.bold(`== ${text}`), ""];
}
