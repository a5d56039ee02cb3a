import Type from "typebox";
import { Box, Count, Fraction, faceId, Next, named, nullable, personId, photoId, Time } from "./common.ts";

const CoverFace = Type.Object(
  { id: faceId, photoId, box: Box, quality: Fraction("") },
  { description: "The face that stands for the person: the one chosen, else the best." },
);

export const Person = named(
  "Person",
  Type.Object({
    id: personId,
    name: nullable(Type.String()),
    photos: Count(),
    faces: Count(),
    cover: CoverFace,
  }),
);
export const PersonPage = named("PersonPage", Type.Object({ people: Type.Array(Person), total: Count(), next: Next }));

export const Decided = named(
  "Decided",
  Type.Object({
    actionId: Type.String({ description: "Undoes it: POST .../actions/{actionId}/undo." }),
    personId: nullable(personId),
  }),
);

export const Action = named(
  "Action",
  Type.Object({
    id: Type.String(),
    kind: Type.Unsafe<"name" | "merge" | "split" | "move" | "not-this-person" | "keep-apart" | "ignore">({
      type: "string",
      enum: ["name", "merge", "split", "move", "not-this-person", "keep-apart", "ignore"],
    }),
    madeAt: Time,
    undoneAt: nullable(Time),
    people: Type.Array(personId),
    faces: Count(),
    /** Of the faces that changed hands, the first; it may be gone by now. */
    faceId: nullable(faceId),
    names: Type.Array(Type.Object({ personId, before: nullable(Type.String()), after: nullable(Type.String()) }), {
      description: "What people were called before, and from then on.",
    }),
  }),
);

export const Receipt = named(
  "Receipt",
  Type.Object(
    {
      id: Type.String(),
      personId,
      erasedAt: Time,
      faces: Count(),
      photos: Count("In which those faces were."),
      decisions: Count(),
      guestMatches: Count(),
    },
    { description: "What was erased of a person. The photos themselves stay." },
  ),
);
