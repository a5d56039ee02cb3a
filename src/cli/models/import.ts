import { readFile, stat } from "node:fs/promises";
import { Command, Option } from "commander";
import { RollcallError } from "../../domain/errors.ts";
import { documented } from "../documentation.ts";
import { fetching } from "../fetching.ts";
import { type CommonOptions, jsonOption, notEmpty } from "../options.ts";
import { runCommand } from "../session.ts";
import { answerReady, readyExample, readyNotes } from "./ready-model.ts";

interface ImportFlags extends CommonOptions {
  readonly as: string;
  readonly description?: string;
}

export function importCommand(): Command {
  const command = new Command("import")
    .description("Take a model from files in place of the network, or bring an ONNX embedder of your own.")
    .argument("<file...>", "the model's files, or an archive that holds them")
    .addOption(
      new Option("--as <name>", "the model that the files are, or a new name for your own")
        .argParser(notEmpty)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--description <json>", "a JSON file that describes your own embedder, see docs/models.md").argParser(
        notEmpty,
      ),
    )
    .addOption(jsonOption())
    .action(async (files: string[], flags: ImportFlags) => {
      await runCommand(flags, async (session) => {
        const { importModel } = await import("../../face/models/import.ts");
        const description = flags.description === undefined ? undefined : await readJson(flags.description);
        const request = { files, name: flags.as, ...(description === undefined ? {} : { description }) };
        return await answerReady(await importModel(request, fetching(session)), session);
      });
    });
  return documented(command, {
    examples: [
      {
        line: "rollcall models import 20180402-114759-vggface2.pt --as facenet",
        does: "Takes FaceNet from a file that was downloaded elsewhere, after checking its published hash.",
      },
      {
        line: "rollcall models import arcface.onnx --as arcface --description arcface.json",
        does: "Adds an embedder of your own, for `--embedder arcface`.",
      },
    ],
    json: { examples: [readyExample], notes: readyNotes },
  });
}

async function readJson(path: string): Promise<unknown> {
  if ((await stat(path)).isDirectory()) {
    throw new RollcallError("MODEL_DESCRIPTION_INVALID", `${path} is a folder; the description is a JSON file.`);
  }
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RollcallError("MODEL_DESCRIPTION_INVALID", `${path} is not JSON: ${reason}`, { cause });
  }
}
