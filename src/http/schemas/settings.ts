import Type from "typebox";
import { CodedError, Count, eventId, Fraction, named, nullable, Time } from "./common.ts";

const ByHundredth = (description: string) =>
  Type.Array(Count(), { description: `${description} At index 70, those of 70 to 71 % confidence.` });

export const ThresholdPreview = named(
  "ThresholdPreview",
  Type.Object({
    threshold: Fraction("That of the event, or the server's where it has none of its own."),
    serverThreshold: Fraction("Where an event has none of its own."),
    guests: ByHundredth("Photos found for guests so far. What was below the threshold of a search was not kept."),
    people: Count("People who were looked for by their best face, leaving out the photo it is in; a hundred at most."),
    photos: Count("Other photos that these people are in."),
    own: ByHundredth("Of those, how many were found."),
    others: ByHundredth("Photos they are not in, found nevertheless."),
  }),
);

export const Watermark = Type.Unsafe<"none" | "logo" | "text">({
  type: "string",
  enum: ["none", "logo", "text"],
  description: "What is put on the photos that guests download.",
});

const Preset = Type.Unsafe<"fast" | "balanced" | "thorough">({
  type: "string",
  enum: ["fast", "balanced", "thorough"],
  description: "How small a face is still looked for, against time.",
});

const ConfidenceBasis = Type.Unsafe<"measured" | "estimated">({
  type: "string",
  enum: ["measured", "estimated"],
  description: "What a confidence rests on. Null: the model's similarities cannot be turned into one.",
});

/** For requests: what they are checked with has to be whole. */
export const ModelChoice = Type.Object({ embedder: Type.String({ maxLength: 100 }), preset: Preset });
export const Models = named("Models", ModelChoice);

const AvailableModel = named(
  "AvailableModel",
  Type.Object({
    name: Type.String(),
    title: Type.String(),
    licence: Type.String(),
    provenance: Type.String({ description: "Who made it, and from what." }),
    ready: Type.Boolean({ description: "Usable at once; otherwise it is fetched when it is chosen." }),
    imported: Type.Boolean(),
    bytes: Count("On the disk of the server; where it is not there yet, what has to be fetched, as far as is known."),
    dimension: nullable(Count("Numbers in an embedding.")),
    confidence: nullable(ConfidenceBasis),
  }),
);

export const Storage = named(
  "Storage",
  Type.Object({
    uploadedBytes: Count("Of the photos that were uploaded."),
    pictureBytes: Count("Of thumbnails and other pictures made from photos."),
  }),
);

export const AllStorage = named(
  "AllStorage",
  Type.Object({
    databaseBytes: Count("Of everything but photos and pictures."),
    events: Type.Array(
      Type.Object({
        eventId,
        uploadedBytes: Count(),
        pictureBytes: Count(),
      }),
    ),
  }),
);

const Reindex = named(
  "Reindex",
  Type.Object(
    {
      eventId,
      eventName: Type.String(),
      models: Models,
      startedAt: Time,
      done: Count("Photos that were looked at again."),
      total: Count(),
    },
    {
      description:
        "Photos of an event that are looked at again with other models. Until then it shows the faces it has.",
    },
  ),
);

export const Settings = named(
  "Settings",
  Type.Object({
    version: Type.String(),
    publicUrl: nullable(Type.String()),
    threshold: Fraction("Least confidence at which a match counts, where an event has none of its own."),
    models: Type.Object({
      chosen: Models,
      pipelineId: nullable(Type.String({ description: "Faces are compared within one alone; null: not usable now." })),
      error: nullable(CodedError),
      detector: AvailableModel,
      embedders: Type.Array(AvailableModel),
      reindexes: Type.Array(Reindex),
      stalled: nullable(CodedError),
    }),
    limits: Type.Object({ photoBytes: Count(), eventBytes: Count() }),
    events: Type.Array(
      Type.Object({
        id: eventId,
        name: Type.String(),
        expiresAt: nullable(Time),
        models: Models,
      }),
    ),
  }),
);
