import Type, { type Static, type TSchema } from "typebox";
import { errorCatalogue } from "../../domain/errors.ts";

/** Schemas with a name in the OpenAPI document, so that clients generated from it have types of these names. */
export const namedSchemas: TSchema[] = [];

/** Gives a schema its name. */
export function named<Schema extends TSchema>(id: string, schema: Schema) {
  namedSchemas.push({ ...schema, $id: id });
  return Type.Unsafe<Static<Schema>>({ $ref: `${id}#` });
}

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

export const idOf = (what: string) => Type.String({ pattern: "^[0-9a-f]{8,40}$", description: `Of the ${what}.` });

export const eventId = idOf("event");
export const photoId = idOf("photo");
export const personId = idOf("person");
export const faceId = idOf("face");

export const Time = Type.Unsafe<string>({ type: "string", format: "date-time", description: "ISO 8601, in UTC." });
export const Fraction = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
export const Count = (description?: string) => Type.Integer({ minimum: 0, ...(description ? { description } : {}) });

export const EventParams = Type.Object({ eventId });
export const PhotoParams = Type.Object({ eventId, photoId });
export const PersonParams = Type.Object({ eventId, personId });
export const FaceParams = Type.Object({ eventId, faceId });

export const Cursor = Type.Optional(
  Type.String({ maxLength: 200, description: "`next` of the page before; without it, the first page." }),
);
export const PageLimit = (most: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, default: usual }));
export const Next = nullable(Type.String({ description: "Cursor of the next page; null on the last one." }));

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

export const CodedError = named(
  "CodedError",
  Type.Object({ code: Type.Unsafe<string>({ type: "string", enum: codes }), message: Type.String() }),
);

/** A box as in the domain, which JSON schema has no tuple of fixed types for that all generators understand. */
export const Box = Type.Unsafe<readonly [number, number, number, number]>({
  type: "array",
  items: { type: "number" },
  minItems: 4,
  maxItems: 4,
  description: "Left, top, right, bottom, in pixels of the upright original.",
});

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
