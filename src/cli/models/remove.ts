import { Command } from "commander";
import { documented } from "../documentation.ts";
import { exitCodes } from "../exit-codes.ts";
import { megabytes } from "../fetching.ts";
import { type CommonOptions, jsonOption, notEmpty } from "../options.ts";
import { runCommand } from "../session.ts";

interface RemoveJson {
  readonly name: string;
  readonly freedBytes: number;
}

const removeExample: RemoveJson = { name: "facenet", freedBytes: 205_312_871 };

export function removeCommand(): Command {
  const command = new Command("remove")
    .description("Delete what is kept of a model. It can be pulled again; an imported one is forgotten.")
    .argument("<name>", "the model, see `rollcall models list`", notEmpty)
    .addOption(jsonOption())
    .action(async (name: string, flags: CommonOptions) => {
      await runCommand(flags, async (session) => {
        const { removeModel } = await import("../../face/models/inventory.ts");
        const answer: RemoveJson = { name, freedBytes: await removeModel(name) };
        await session.answer(answer, () => [
          answer.freedBytes === 0
            ? `Nothing of ${name} takes space any more.`
            : `Removed ${name}; ${megabytes(answer.freedBytes)} are free again.`,
        ]);
        return exitCodes.done;
      });
    });
  return documented(command, {
    examples: [{ line: "rollcall models remove facenet", does: "Frees the space that FaceNet takes." }],
    json: { examples: [removeExample], notes: ["`freedBytes` is 0 when nothing was kept of the model."] },
  });
}
