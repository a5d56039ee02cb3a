import { Command } from "commander";
import { documented } from "./documentation.ts";
import { importCommand } from "./models/import.ts";
import { listCommand } from "./models/list.ts";
import { pullCommand } from "./models/pull.ts";
import { removeCommand } from "./models/remove.ts";
import { verifyCommand } from "./models/verify.ts";

/** The models that find and tell apart faces: which there are, and getting, checking and removing them. */
export function modelsCommand(): Command {
  const command = new Command("models").description("List, fetch, import, check and remove the models.");
  const children = [listCommand(), pullCommand(), importCommand(), verifyCommand(), removeCommand()];
  for (const child of children) command.addCommand(child);
  return documented(command, {
    examples: [{ line: "rollcall models list", does: "Which models there are, and which of them are ready to use." }],
  });
}
