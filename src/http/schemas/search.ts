import Type from "typebox";
import { Box, Count, Fraction, faceId, named, nullable, personId, photoId } from "./common.ts";

export const Match = named(
  "Match",
  Type.Object({
    photo: Type.Object({ id: photoId, name: Type.String(), width: Count(), height: Count() }),
    face: Type.Object({
      id: faceId,
      box: Box,
      quality: Fraction(""),
      qualityReasons: Type.Array(Type.String()),
    }),
    person: nullable(Type.Object({ id: personId, name: nullable(Type.String()) })),
    confidence: Fraction("Probability that the face is the person looked for."),
    similarity: Type.Number({ description: "Cosine, -1 to 1." }),
    distance: Type.Number({ description: "Euclidean, of unit vectors: 0 to 2." }),
    margin: nullable(
      Type.Number({ description: "Similarity of this person's best face less that of anybody else's." }),
    ),
  }),
);

export const SearchAnswer = named(
  "SearchAnswer",
  Type.Object({
    outcome: Type.Unsafe<"found" | "not-found" | "not-enough-evidence">({
      type: "string",
      enum: ["found", "not-found", "not-enough-evidence"],
      description: "`not-found` is sure that nobody there is the one looked for; `not-enough-evidence` is not.",
    }),
    threshold: Fraction("Least confidence of a match."),
    eventThreshold: Fraction("Least confidence of a match where a search names none."),
    query: nullable(
      Type.Object({
        faceIndex: Count("Which face of the picture, the largest first, from 0."),
        facesInPicture: Count(),
        box: Box,
        quality: Fraction(""),
        qualityReasons: Type.Array(Type.String()),
      }),
    ),
    pictureFaces: Type.Array(Type.Object({ box: Box, quality: Fraction("") }), {
      description: "All faces of the picture, the largest first, to choose another one by `faceIndex`.",
    }),
    person: nullable(Type.Object({ id: personId, name: nullable(Type.String()) })),
    matches: Type.Array(Match, {
      description: "One for each photo, the surest first. With `least`, also less sure ones.",
    }),
    candidates: Type.Array(Match, {
      description: "Not found: those that `least` asks for. Without enough evidence: the likeliest.",
    }),
    reasons: Type.Array(Type.String(), { description: "Without enough evidence: why, weightiest first." }),
    facesCompared: Count(),
    photosPending: Count("Photos not looked at yet: the person may be in them, whatever the outcome."),
    retrievalMs: Type.Number(),
  }),
);
