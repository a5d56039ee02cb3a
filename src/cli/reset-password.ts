import { Command } from "commander";
import { documented } from "./documentation.ts";
import { exitCodes } from "./exit-codes.ts";
import { withRollcall } from "./open.ts";
import { type CommonOptions, dataDirOption, jsonOption } from "./options.ts";
import { runCommand } from "./session.ts";

interface ResetJson {
  readonly password: string;
}

const example: ResetJson = { password: "k3v9p-x2mdt-8hqwa-r5nzc" };

export function resetPasswordCommand(): Command {
  const command = new Command("reset-password")
    .description("Give the organiser a new password, for one who forgot theirs. Everybody signed in is signed out.")
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (flags: CommonOptions) => {
      await runCommand(flags, async (session) => {
        const password = await withRollcall(flags, session, (rollcall) => rollcall.resetPassword(), {
          existing: "always",
        });
        const answer: ResetJson = { password };
        await session.answer(answer, () => [
          `The new password is ${session.colours.bold(password)}`,
          "It is shown this once. Sign in with it, and change it in the settings.",
        ]);
        return exitCodes.done;
      });
    });
  return documented(command, {
    examples: [{ line: "rollcall reset-password", does: "Prints a new password; a running server takes it at once." }],
    json: { examples: [example], notes: ["The password is kept nowhere."] },
  });
}
