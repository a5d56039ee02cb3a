import Type from "typebox";
import { Count, Fraction, named } from "./common.ts";

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

export const Models = named("Models", Type.Object({ embedder: Type.String({ maxLength: 100 }), preset: Preset }));
