import Type, { type Static, type TSchema } from "typebox";
import { tokenScopes } from "../domain/access-ports.ts";
import { errorCatalogue } from "../domain/errors.ts";

/** Schemas with a name in the OpenAPI document, so that clients generated from it have types of these names. */
export const namedSchemas: TSchema[] = [];

function named<Schema extends TSchema>(id: string, schema: Schema) {
  namedSchemas.push({ ...schema, $id: id });
  return Type.Unsafe<Static<Schema>>({ $ref: `${id}#` });
}

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

const id = (what: string) => Type.String({ pattern: "^[0-9a-f]{8,40}$", description: `Of the ${what}.` });

export const eventId = id("event");
export const photoId = id("photo");
export const personId = id("person");
export const faceId = id("face");

export const Time = Type.Unsafe<string>({ type: "string", format: "date-time", description: "ISO 8601, in UTC." });
const Fraction = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const Count = (description?: string) => Type.Integer({ minimum: 0, ...(description ? { description } : {}) });

export const EventParams = Type.Object({ eventId });
export const PhotoParams = Type.Object({ eventId, photoId });
export const PersonParams = Type.Object({ eventId, personId });
export const FaceParams = Type.Object({ eventId, faceId });

export const Cursor = Type.Optional(
  Type.String({ maxLength: 200, description: "`next` of the page before; without it, the first page." }),
);
export const PageLimit = (most: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, default: usual }));
const Next = nullable(Type.String({ description: "Cursor of the next page; null on the last one." }));

const codes = Object.keys(errorCatalogue).sort();

const Problem = named(
  "Problem",
  Type.Object(
    {
      type: Type.String(),
      title: Type.String({ description: "What the code means." }),
      status: Type.Integer(),
      detail: Type.String({ description: "What happened and what to do, for the person who has to." }),
      code: Type.Unsafe<string>({ type: "string", enum: codes }),
      instance: Type.String({ description: "Of this request, as in the server's log." }),
      errors: Type.Optional(
        Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
          description: "What is wrong with which part of the request.",
        }),
      ),
    },
    { description: "RFC 9457 problem details." },
  ),
);

const CodedError = named(
  "CodedError",
  Type.Object({ code: Type.Unsafe<string>({ type: "string", enum: codes }), message: Type.String() }),
);

/** A box as in the domain, which JSON schema has no tuple of fixed types for that all generators understand. */
const Box = Type.Unsafe<readonly [number, number, number, number]>({
  type: "array",
  items: { type: "number" },
  minItems: 4,
  maxItems: 4,
  description: "Left, top, right, bottom, in pixels of the upright original.",
});

const Quality = named(
  "Quality",
  Type.Object({
    score: Fraction("The overall verdict: 0 useless, 1 ideal."),
    sharpness: Fraction(""),
    pose: Fraction("1 looks into the camera, 0 is a profile."),
    size: Fraction(""),
    exposure: Fraction(""),
    detection: Fraction("How sure it is that this is a face."),
    reasons: Type.Array(Type.String(), { description: "What is wrong with it in words, worst first." }),
  }),
);

export const Face = named(
  "Face",
  Type.Object({
    id: faceId,
    photoId,
    personId: nullable(personId),
    personName: nullable(Type.String()),
    box: Box,
    quality: Quality,
  }),
);

const PhotoStatus = Type.Unsafe<"pending" | "working" | "done" | "failed">({
  type: "string",
  enum: ["pending", "working", "done", "failed"],
  description: "`pending`: in the queue; `failed`: set aside, `error` says why.",
});

const photoProperties = {
  id: photoId,
  name: Type.String({ description: "Of its file, as its owner called it." }),
  status: PhotoStatus,
  error: nullable(CodedError),
  bytes: Count(),
  width: Count("Of the upright original, in pixels; 0 until it was looked at."),
  height: Count(),
  damaged: Type.Boolean({ description: "Only a part of the file could be decoded." }),
  addedAt: Time,
  takenAt: nullable(Time),
  faces: Count("Found in it."),
};

export const Photo = named("Photo", Type.Object(photoProperties));
export const PhotoDetail = named(
  "PhotoDetail",
  Type.Object({
    ...photoProperties,
    sha256: Type.String(),
    names: Type.Array(Type.String(), { description: "Every name it was uploaded under." }),
    files: Type.Array(Type.String(), { description: "Every place it was indexed in, on the server." }),
    foundFaces: Type.Array(Face),
  }),
);
export const PhotoPage = named("PhotoPage", Type.Object({ photos: Type.Array(Photo), next: Next }));

export const UploadResult = named(
  "UploadResult",
  Type.Object({
    name: Type.String(),
    outcome: Type.Unsafe<"accepted" | "duplicate" | "rejected">({
      type: "string",
      enum: ["accepted", "duplicate", "rejected"],
      description: "`duplicate`: the event had the same bytes already.",
    }),
    photoId: nullable(photoId),
    error: nullable(CodedError),
  }),
);

const CoverFace = Type.Object({ id: faceId, photoId, box: Box, quality: Fraction("") });

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
    photos: Count(),
    faces: Count(),
    people: Count(),
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
    matches: Type.Array(Match, { description: "One for each photo, the surest first." }),
    candidates: Type.Array(Match, { description: "Without enough evidence: the likeliest photos." }),
    reasons: Type.Array(Type.String(), { description: "Without enough evidence: why, weightiest first." }),
    facesCompared: Count(),
    retrievalMs: Type.Number(),
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

export const Link = named(
  "Link",
  Type.Object({
    id: Type.String(),
    label: Type.String(),
    hasPin: Type.Boolean(),
    createdAt: Time,
    expiresAt: nullable(Time),
    revokedAt: nullable(Time),
    guests: Count(),
    searches: Count(),
  }),
);

export const Token = named(
  "Token",
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    scopes: Type.Array(Type.Unsafe<"read" | "upload" | "write">({ type: "string", enum: [...tokenScopes] })),
    createdAt: Time,
    expiresAt: nullable(Time),
    lastUsedAt: nullable(Time),
  }),
);

export const Session = named(
  "Session",
  Type.Object({
    role: Type.Unsafe<"anonymous" | "organiser">({ type: "string", enum: ["anonymous", "organiser"] }),
    setUp: Type.Boolean({ description: "Whether a password was set. Before, the terminal shows a one-time link." }),
    version: Type.String(),
  }),
);

const ConsentText = named(
  "ConsentText",
  Type.Object({
    purpose: Type.String(),
    paragraphs: Type.Array(Type.String()),
    hash: Type.String({ description: "To be sent back with the consent: it says to what it was given." }),
  }),
);

export const GuestHome = named(
  "GuestHome",
  Type.Object({
    event: Type.Object({ name: Type.String(), accent: nullable(Type.String()) }),
    searchOpen: Type.Boolean({ description: "The organiser lets guests look for themselves." }),
    view: Type.Unsafe<"matches" | "all">({ type: "string", enum: ["matches", "all"] }),
    consentGiven: Type.Boolean(),
    consent: ConsentText,
    photos: Count("The guest was found in."),
  }),
);

export const GuestPhoto = named(
  "GuestPhoto",
  Type.Object({
    id: photoId,
    name: Type.String(),
    width: Count(),
    height: Count(),
    confidence: nullable(Fraction("That the guest is in it.")),
    favourite: Type.Boolean(),
  }),
);

/** The problems that a route can answer with, besides its own answer. */
export function problems(...statuses: readonly number[]) {
  const problem = {
    description: "What is wrong, as problem details.",
    content: { "application/problem+json": { schema: Problem } },
  };
  return Object.fromEntries([...new Set([400, 401, 403, ...statuses])].map((status) => [status, problem]));
}

/** An answer that is a file. */
export function fileAnswer(description: string, ...types: readonly string[]) {
  const schema = Type.Unsafe<unknown>({ type: "string", format: "binary" });
  return { description, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}
