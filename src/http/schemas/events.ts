import Type from "typebox";
import { CodedError, Count, eventId, Fraction, named, nullable, personId, photoId, Time } from "./common.ts";
import { Person } from "./people.ts";
import { Models, Watermark } from "./settings.ts";

export const Event = named(
  "Event",
  Type.Object({
    id: eventId,
    name: Type.String(),
    createdAt: Time,
    expiresAt: nullable(Time),
    guestSearch: Type.Boolean({ description: "Whether guests may look for themselves with a selfie." }),
    guestView: Type.Unsafe<"matches" | "all">({
      type: "string",
      enum: ["matches", "all"],
      description: "Which photos guests see: those they are in, or all.",
    }),
    accent: nullable(Type.String({ description: "Colour of the guest page, `#rrggbb`." })),
    guestTitle: nullable(Type.String({ description: "What guests are shown as its name; null: its name." })),
    logo: nullable(Type.String({ description: "Changes with the picture; null: none." })),
    watermark: Watermark,
    textMark: nullable(Type.String({ description: "Changes with the picture of the text; null: none." })),
    threshold: nullable(Fraction("Least confidence at which a match counts; null: as the server's settings say.")),
    models: nullable(Models),
    photos: Count(),
    faces: Count(),
    people: Count(),
    /** The one that was chosen, else one that Rollcall chooses; null: there is no photo yet. */
    coverPhotoId: nullable(photoId),
  }),
);

export const Progress = named(
  "Progress",
  Type.Object({
    pending: Count("Photos in the queue."),
    working: Count(),
    done: Count(),
    failed: Count(),
    faces: Count(),
    people: Count(),
    peopleAreCurrent: Type.Boolean({ description: "False while faces that came or changed are not grouped yet." }),
    photosPerSecond: Type.Number({ description: "Over the last half minute, of all events." }),
    secondsLeft: nullable(Type.Number()),
    stalled: nullable(CodedError),
  }),
);

export const Insights = named(
  "Insights",
  Type.Object({
    photos: Count(),
    photosWithoutFaces: Count(),
    photosFailed: Count(),
    photosPending: Count(),
    faces: Count(),
    people: Count(),
    seenOnce: Count("People with a single face."),
    mostPhotographed: Type.Array(Person),
    retrievalMs: nullable(Type.Object({ count: Count(), p50: Type.Number(), p95: Type.Number(), p99: Type.Number() })),
  }),
);

export const Charts = named(
  "Charts",
  Type.Object({
    photosOverTime: Type.Array(Type.Object({ at: Time, photos: Count() }), {
      description: "By the hour, of photos whose time is known.",
    }),
    ingestSpeed: Type.Array(Type.Object({ at: Time, photos: Count() }), {
      description: "Photos that faces were looked for in, by the minute.",
    }),
    together: Type.Array(Type.Object({ people: Type.Array(personId), photos: Count() }), {
      description: "Pairs of people by the photos both are in, most first.",
    }),
    photosPerPerson: Type.Array(Type.Object({ photos: Count(), people: Count() }), {
      description: "How many people are in so many photos.",
    }),
    faceQualities: Type.Array(Count(), { description: "Faces in each tenth of the range of quality." }),
    matchConfidences: Type.Array(Count(), {
      description: "Photos found for guests, in each twentieth of the range of confidence.",
    }),
  }),
);
