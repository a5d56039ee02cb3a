import Type from "typebox";
import { choosePersonCover } from "../../domain/covers.ts";
import {
  type Decided as DecidedByHuman,
  getPerson,
  ignorePerson,
  keepApart,
  mergePeople,
  rejectFaces,
  renamePerson,
  splitPerson,
} from "../../domain/decide.ts";
import { erasePerson } from "../../domain/erase-person.ts";
import { RollcallError } from "../../domain/errors.ts";
import { getEvent } from "../../domain/events.ts";
import { describePeople, isNamedLike } from "../../domain/people.ts";
import { suggestMerges } from "../../domain/suggestions.ts";
import type { App, Context } from "../context.ts";
import { afterDeciding, peopleChanged } from "../decided.ts";
import { PageQuery, pageOf } from "../pagination.ts";
import {
  Cursor,
  Decided,
  EventParams,
  Face,
  faceId,
  Next,
  nullable,
  PageLimit,
  Person,
  PersonPage,
  PersonParams,
  personId,
  photoId,
  problems,
  Receipt,
} from "../schemas.ts";
import { faceView, personView } from "../views.ts";

const FaceIds = Type.Array(faceId, { minItems: 1, maxItems: 1000 });

export function peopleRoutes(app: App, { services }: Context): void {
  const tags = ["People"];
  const { stores } = services;

  const decided = (eventId: string, decision: Promise<DecidedByHuman>) => afterDeciding(services, eventId, decision);

  app.get(
    "/api/events/:eventId/people",
    {
      schema: {
        tags,
        summary: "Everyone in the event, most photos first",
        params: EventParams,
        querystring: Type.Object({
          cursor: Cursor,
          limit: PageLimit(500, 100),
          leastPhotos: Type.Optional(Type.Integer({ minimum: 1, description: "2 leaves out who was seen once." })),
          name: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 120,
              description: "Only those of that name, in any case, with accents or without.",
            }),
          ),
        }),
        response: { 200: PersonPage, ...problems(404) },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const { cursor, limit = 100, leastPhotos = 1, name } = request.query;
      const people = (await stores.people.list(id)).filter(
        (person) => person.photos >= leastPhotos && (name === undefined || isNamedLike(person, name)),
      );
      const { page, next } = pageOf(people, { cursor, limit }, ({ id }) => id);
      const described = await describePeople(stores, id, page);
      return { people: described.map(personView), total: people.length, next };
    },
  );

  app.post(
    "/api/events/:eventId/people/merge",
    {
      schema: {
        tags,
        summary: "Say that people are one",
        params: EventParams,
        body: Type.Object({ into: personId, from: Type.Array(personId, { minItems: 1, maxItems: 100 }) }),
        response: { 200: Decided, ...problems(404, 422) },
      },
    },
    (request) => decided(request.params.eventId, mergePeople(stores, request.params.eventId, request.body)),
  );

  app.post(
    "/api/events/:eventId/people/keep-apart",
    {
      schema: {
        tags,
        summary: "Say that two people are not one, however much they resemble each other",
        params: EventParams,
        body: Type.Object({ people: Type.Array(personId, { minItems: 2, maxItems: 2 }) }),
        response: { 200: Decided, ...problems(404, 422) },
      },
    },
    (request) => {
      const [a = "", b = ""] = request.body.people;
      return decided(request.params.eventId, keepApart(stores, request.params.eventId, [a, b]));
    },
  );

  app.get(
    "/api/events/:eventId/people/suggestions",
    {
      schema: {
        tags,
        summary: "Are these the same? Pairs of people, those first whose answer settles most",
        description: "Answer with `merge` or `keep-apart`.",
        params: EventParams,
        querystring: Type.Object({ limit: PageLimit(100, 20) }),
        response: {
          200: Type.Object({
            suggestions: Type.Array(
              Type.Object({
                people: Type.Array(Person),
                confidence: Type.Number({ description: "Probability that they are one." }),
              }),
            ),
          }),
          ...problems(404),
        },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const engine = await services.engines.ofEvent(id);
      const { suggestions: found, later } = await suggestMerges(stores, id, engine, request.query.limit ?? 20);
      // When it fails, so does the next request, which can say so.
      void later?.then(
        (isOther) => isOther && services.activity.publish({ kind: "people", eventId: id }),
        () => undefined,
      );
      const wanted = new Set(found.flatMap((suggestion) => suggestion.people));
      const known = (await stores.people.list(id)).filter((person) => wanted.has(person.id));
      const views = new Map((await describePeople(stores, id, known)).map((person) => [person.id, personView(person)]));
      return {
        suggestions: found.flatMap(({ people, confidence }) => {
          const pair = people.flatMap((person) => views.get(person) ?? []);
          return pair.length === 2 ? [{ people: pair, confidence: Number(confidence.toFixed(4)) }] : [];
        }),
      };
    },
  );

  app.get(
    "/api/events/:eventId/people/:personId",
    { schema: { tags, summary: "A person", params: PersonParams, response: { 200: Person, ...problems(404) } } },
    async (request) => {
      const { eventId, personId: id } = request.params;
      const [person] = await describePeople(stores, eventId, [await getPerson(stores, eventId, id)]);
      if (!person) throw new RollcallError("PERSON_UNKNOWN", "The person went away a moment ago.");
      return personView(person);
    },
  );

  app.patch(
    "/api/events/:eventId/people/:personId",
    {
      schema: {
        tags,
        summary: "Name a person, or take the name away",
        params: PersonParams,
        body: Type.Object({ name: nullable(Type.String({ maxLength: 200 })) }),
        response: { 200: Decided, ...problems(404, 422) },
      },
    },
    (request) => {
      const { eventId, personId: id } = request.params;
      return decided(eventId, renamePerson(stores, eventId, id, request.body.name));
    },
  );

  app.put(
    "/api/events/:eventId/people/:personId/cover",
    {
      schema: {
        tags,
        summary: "Choose the photo whose face of the person is shown for the person",
        params: PersonParams,
        body: Type.Object({ photoId: nullable(photoId) }, { description: "Null: the best face again." }),
        response: { 204: Type.Null(), ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { eventId, personId: id } = request.params;
      await choosePersonCover(stores, eventId, { personId: id, photoId: request.body.photoId });
      services.activity.publish({ kind: "people", eventId });
      return reply.code(204).send(null);
    },
  );

  app.delete(
    "/api/events/:eventId/people/:personId",
    {
      schema: {
        tags,
        summary: "Erase a person: faces, vectors, name, decisions and guests' matches; there is no undo",
        description:
          "Faces of the person that are ignored go too. A person who is ignored as a whole is erased by the id they had.",
        params: PersonParams,
        response: { 200: Receipt, ...problems(404) },
      },
    },
    async (request) => {
      const { eventId, personId: id } = request.params;
      const receipt = await erasePerson(services, eventId, id);
      peopleChanged(services, eventId);
      return { ...receipt, erasedAt: receipt.erasedAt.toISOString() };
    },
  );

  app.get(
    "/api/events/:eventId/people/:personId/faces",
    {
      schema: {
        tags,
        summary: "All faces of a person, best first",
        params: PersonParams,
        querystring: PageQuery,
        response: { 200: Type.Object({ faces: Type.Array(Face), next: Next }), ...problems(404) },
      },
    },
    async (request) => {
      const { eventId, personId: id } = request.params;
      await getPerson(stores, eventId, id);
      const [faces, names] = [await stores.faces.ofPerson(eventId, id), await stores.people.names(eventId)];
      const { page, next } = pageOf(faces, request.query, ({ id }) => id);
      return { faces: page.map((face) => faceView(face, names)), next };
    },
  );

  app.post(
    "/api/events/:eventId/people/:personId/split",
    {
      schema: {
        tags,
        summary: "Say that some faces of a person are somebody else, together",
        params: PersonParams,
        body: Type.Object({ faceIds: FaceIds }),
        response: { 200: Decided, ...problems(404, 422) },
      },
    },
    (request) => {
      const { eventId, personId: id } = request.params;
      return decided(eventId, splitPerson(stores, eventId, id, request.body.faceIds));
    },
  );

  app.post(
    "/api/events/:eventId/people/:personId/not-this-person",
    {
      schema: {
        tags,
        summary: "Say that faces are not of this person, without saying whose they are",
        params: PersonParams,
        body: Type.Object({ faceIds: FaceIds }),
        response: { 200: Decided, ...problems(404) },
      },
    },
    (request) => {
      const { eventId, personId: id } = request.params;
      return decided(eventId, rejectFaces(stores, eventId, id, request.body.faceIds));
    },
  );

  app.post(
    "/api/events/:eventId/people/:personId/ignore",
    {
      schema: {
        tags,
        summary: "Say that a person does not matter: a stranger, a poster",
        params: PersonParams,
        response: { 200: Decided, ...problems(404) },
      },
    },
    (request) => {
      const { eventId, personId: id } = request.params;
      return decided(eventId, ignorePerson(stores, eventId, id));
    },
  );
}
