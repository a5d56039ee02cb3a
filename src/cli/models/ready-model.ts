import type { ReadyModel } from "../../face/models/store.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { printable } from "../text.ts";

interface ReadyModelJson {
  readonly name: string;
  readonly hash: string;
  readonly files: Readonly<Record<string, string>>;
}

export const readyExample: ReadyModelJson = {
  name: "mobilefacenet",
  hash: "a96bed54b32be03d",
  files: { embedder: "/home/ann/.cache/rollcall/models/mobilefacenet-a96bed54b32be03d/embedder.onnx" },
};

export const readyNotes = [
  "`hash` identifies the weights, how they were converted and what is fed to them.",
  "`files` are the parts of the model, ready to run.",
];

/** Says that a model can be used now, and where its parts are. */
export async function answerReady({ name, hash, files }: ReadyModel, session: Session): Promise<ExitCode> {
  const answer: ReadyModelJson = { name, hash, files };
  await session.answer(answer, () => [
    `${name} is ready (${hash}).`,
    ...Object.entries(files).map(([part, file]) => `  ${part}: ${printable(file)}`),
  ]);
  return exitCodes.done;
}
