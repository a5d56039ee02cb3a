import { Command } from "commander";
import { documented } from "../documentation.ts";
import { fetching } from "../fetching.ts";
import { type CommonOptions, jsonOption, notEmpty } from "../options.ts";
import { runCommand } from "../session.ts";
import { answerReady, readyExample, readyNotes } from "./ready-model.ts";

export function pullCommand(): Command {
  const command = new Command("pull")
    .description("Fetch a model and make it ready to use. What is already there is checked, and repaired if need be.")
    .argument("<name>", "the model, see `rollcall models list`", notEmpty)
    .addOption(jsonOption())
    .action(async (name: string, flags: CommonOptions) => {
      await runCommand(
        flags,
        async (session) => {
          const { pullModel } = await import("../../face/models/inventory.ts");
          return await answerReady(await pullModel(name, fetching(session)), session);
        },
        { onStop: "The same command goes on, from where it was if the server can do that." },
      );
    });
  return documented(command, {
    examples: [
      { line: "rollcall models pull facenet", does: "Fetches FaceNet (107 MB) from where its authors published it." },
    ],
    json: { examples: [readyExample], notes: readyNotes },
  });
}
