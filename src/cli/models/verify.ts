import { Command } from "commander";
import type { ModelCheck } from "../../face/models/inventory.ts";
import { documented } from "../documentation.ts";
import { exitCodes } from "../exit-codes.ts";
import { type CommonOptions, jsonOption } from "../options.ts";
import { runCommand, type Session } from "../session.ts";
import { printable } from "../text.ts";

interface VerifyJson {
  readonly models: readonly ModelCheck[];
}

const verifyExample: VerifyJson = {
  models: [
    { name: "mtcnn", state: "intact", problems: [] },
    {
      name: "mobilefacenet",
      state: "damaged",
      problems: [
        { file: "/home/ann/.cache/rollcall/.../embedder.onnx", problem: "has 1024 bytes in place of 5191839" },
      ],
    },
    { name: "dlib", state: "absent", problems: [] },
  ],
};

export function verifyCommand(): Command {
  const command = new Command("verify")
    .description("Hash everything that is kept of the models again, and say what is damaged.")
    .argument("[name...]", "only these models")
    .addOption(jsonOption())
    .action(async (names: string[], flags: CommonOptions) => {
      await runCommand(flags, async (session) => {
        const { verifyModels } = await import("../../face/models/inventory.ts");
        const answer: VerifyJson = { models: await verifyModels(names) };
        await session.answer(answer, () => describeChecks(answer.models, session));
        return answer.models.some(({ state }) => state === "damaged") ? exitCodes.failed : exitCodes.done;
      });
    });
  return documented(command, {
    examples: [{ line: "rollcall models verify", does: "Checks all models; the exit code is 1 when one is damaged." }],
    json: {
      examples: [verifyExample],
      notes: ["`state` is `intact`, `damaged` or `absent`; `problems` says what is wrong with which file."],
    },
  });
}

function describeChecks(checks: readonly ModelCheck[], { colours }: Session): string[] {
  return checks.flatMap(({ name, state, problems }) => {
    if (state === "intact") return [`${name}: ${colours.good("intact")}`];
    if (state === "absent") return [`${name}: not here`];
    return [
      `${name}: ${colours.warn("damaged")}. \`rollcall models pull ${name}\` repairs it.`,
      ...problems.map(({ file, problem }) => `  ${printable(file)} ${printable(problem)}`),
    ];
  });
}
