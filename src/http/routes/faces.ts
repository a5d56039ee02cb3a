import Type from "typebox";
import {
  type Decided as DecidedByHuman,
  ignoreFaces,
  listActions,
  moveFaces,
  undoAction,
} from "../../domain/decide.ts";
import { RollcallError } from "../../domain/errors.ts";
import { getEvent } from "../../domain/events.ts";
import { faceConfidences } from "../../domain/face-confidence.ts";
import { requirePhoto } from "../../domain/photos.ts";
import type { App, Context } from "../context.ts";
import { afterDeciding, peopleChanged } from "../decided.ts";
import { PageQuery, pageOf } from "../pagination.ts";
import {
  Action,
  Decided,
  EventParams,
  Face,
  FaceParams,
  faceId,
  fileAnswer,
  idOf,
  Next,
  nullable,
  PhotoParams,
  personId,
  problems,
} from "../schemas.ts";
import { sendPicture } from "../send-file.ts";
import { faceView, fractionOrNull, iso } from "../views.ts";

const FaceIds = Type.Array(faceId, { minItems: 1, maxItems: 1000 });

/** Single faces, and what was decided about them. */
export function faceRoutes(app: App, { services }: Context): void {
  const tags = ["People"];
  const { stores, gallery } = services;
  const decided = (eventId: string, decision: Promise<DecidedByHuman>) => afterDeciding(services, eventId, decision);

  app.post(
    "/api/events/:eventId/faces/move",
    {
      schema: {
        tags,
        summary: "Say whose faces are: a person's, or somebody new's",
        params: EventParams,
        body: Type.Object({ faceIds: FaceIds, to: nullable(personId) }),
        response: { 200: Decided, ...problems(404) },
      },
    },
    (request) => decided(request.params.eventId, moveFaces(stores, request.params.eventId, request.body)),
  );

  app.post(
    "/api/events/:eventId/faces/ignore",
    {
      schema: {
        tags,
        summary: "Say that faces do not matter",
        params: EventParams,
        body: Type.Object({ faceIds: FaceIds }),
        response: { 200: Decided, ...problems(404) },
      },
    },
    (request) => decided(request.params.eventId, ignoreFaces(stores, request.params.eventId, request.body.faceIds)),
  );

  app.get(
    "/api/events/:eventId/photos/:photoId/faces",
    {
      schema: {
        tags,
        summary: "The faces in a photo, the largest first, and how sure it is whose they are",
        params: PhotoParams,
        response: {
          200: Type.Object({
            faces: Type.Array(
              Type.Object({
                face: Face,
                confidence: nullable(
                  Type.Number({
                    minimum: 0,
                    maximum: 1,
                    description: "That it is of its person, by the person's faces in other photos; null without any.",
                  }),
                ),
              }),
            ),
          }),
          ...problems(404),
        },
      },
    },
    async (request) => {
      const { eventId: event, photoId: id } = request.params;
      await requirePhoto(stores, event, id);
      const [faces, names] = [await stores.faces.ofPhoto(event, id), await stores.people.names(event)];
      const confidences = await services.engines.withEventEngine(event, (engine) =>
        faceConfidences(services.stores.faces, event, engine, faces),
      );
      return {
        faces: faces.map((face) => ({
          face: faceView(face, names),
          confidence: fractionOrNull(confidences.get(face.id)),
        })),
      };
    },
  );

  app.get(
    "/api/events/:eventId/faces/:faceId/crop",
    {
      schema: {
        tags,
        summary: "A square picture of a face, 240 x 240, as WebP",
        params: FaceParams,
        response: { 200: fileAnswer("The picture.", "image/webp"), ...problems(404, 415, 422) },
      },
    },
    async (request, reply) => {
      const { eventId, faceId: id } = request.params;
      const [face] = await stores.faces.get(eventId, [id]);
      if (!face) throw new RollcallError("FACE_UNKNOWN", "The event has no face of that id.");
      const picture = await gallery.face(eventId, face);
      return sendPicture(request, reply, picture, { etag: id });
    },
  );

  app.get(
    "/api/events/:eventId/actions",
    {
      schema: {
        tags,
        summary: "What humans decided about people, the latest first",
        params: EventParams,
        querystring: PageQuery,
        response: { 200: Type.Object({ actions: Type.Array(Action), next: Next }), ...problems(404) },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const { page, next } = pageOf(await listActions(stores, id), request.query, ({ id }) => id);
      return {
        actions: page.map((action) => ({
          ...action,
          people: [...action.people],
          names: [...action.names],
          madeAt: action.madeAt.toISOString(),
          undoneAt: iso(action.undoneAt),
        })),
        next,
      };
    },
  );

  app.post(
    "/api/events/:eventId/actions/:actionId/undo",
    {
      schema: {
        tags,
        summary: "Take back what was decided",
        params: Type.Object({ eventId: EventParams.properties.eventId, actionId: idOf("action") }),
        response: { 204: Type.Null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      await undoAction(stores, request.params.eventId, request.params.actionId);
      peopleChanged(services, request.params.eventId);
      return reply.code(204).send(null);
    },
  );
}
