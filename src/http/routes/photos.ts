import Type from "typebox";
import { getEvent } from "../../domain/events.ts";
import { deletePhotos, getPhoto, openOriginal, originalType, photoName, requirePhoto } from "../../domain/photos.ts";
import type { PhotoFilter } from "../../domain/ports.ts";
import type { App, Context } from "../context.ts";
import {
  Cursor,
  EventParams,
  fileAnswer,
  PageLimit,
  PhotoDetail,
  PhotoPage,
  PhotoParams,
  photoId,
  problems,
  UploadResult,
} from "../schemas.ts";
import { sendFile, sendPicture } from "../send-file.ts";
import { timeOf } from "../times.ts";
import { receiveUploads } from "../uploads.ts";
import { faceView, photoView } from "../views.ts";

/** Ids in one request: a selection of a few thousand photos takes several. */
const mostIds = 1000;

const statuses = ["pending", "working", "done", "failed"] as const;

const PhotoIds = Type.Array(photoId, { minItems: 1, maxItems: mostIds });

const IdList = (description: string) =>
  Type.Optional(Type.String({ pattern: "^([0-9a-f]{8,40}(,[0-9a-f]{8,40})*)?$", description }));

const Filter = Type.Object({
  cursor: Cursor,
  limit: PageLimit(500, 100),
  order: Type.Optional(
    Type.Unsafe<"taken" | "added">({
      type: "string",
      enum: ["taken", "added"],
      default: "taken",
      description: "`taken`: oldest first, by the camera's clock; `added`: newest first.",
    }),
  ),
  withAll: IdList("People who all have to be in it: ids with commas between."),
  withAny: IdList("People of whom one has to be in it: ids with commas between."),
  onlyThem: Type.Optional(Type.Boolean({ description: "Nobody but those people is in it." })),
  ids: Type.Optional(
    Type.String({
      pattern: "^[0-9a-f]{8,64}(,[0-9a-f]{8,64}){0,99}$",
      description: "Only these of them, to ask again for what changed: up to 100 ids with commas between.",
    }),
  ),
  withoutFaces: Type.Optional(Type.Boolean()),
  status: Type.Optional(
    Type.String({
      pattern: `^(${statuses.join("|")})(,(${statuses.join("|")}))*$`,
      description: `One or several of ${statuses.join(", ")}, with commas between.`,
    }),
  ),
  leastQuality: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: "Of its best face." })),
  takenFrom: Type.Optional(Type.String({ format: "date-time" })),
  takenBefore: Type.Optional(Type.String({ format: "date-time" })),
});

export function photoRoutes(app: App, { services }: Context): void {
  const tags = ["Photos"];
  const { stores, gallery, activity, queue } = services;

  app.get(
    "/api/events/:eventId/photos",
    {
      schema: {
        tags,
        summary: "Photos of an event; all conditions hold together",
        params: EventParams,
        querystring: Filter,
        response: { 200: PhotoPage, ...problems(404) },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const { cursor, limit = 100, order = "taken", ...filter } = request.query;
      const page = await stores.photos.page(id, {
        filter: readFilter(filter),
        order,
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      return { photos: page.photos.map(photoView), next: page.next ?? null };
    },
  );

  app.post(
    "/api/events/:eventId/photos",
    {
      config: { multipart: "photos" },
      schema: {
        tags,
        summary: "Upload photos, as many files as you like in one request",
        description:
          "Each file is checked and stored on its own, and the answer has a result for each. A field `sha256` before a file says what its bytes have to be.",
        consumes: ["multipart/form-data"],
        params: EventParams,
        response: {
          200: Type.Object({ results: Type.Array(UploadResult) }),
          ...problems(404, 413, 415, 422, 507),
        },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const results = await receiveUploads(request, services, id);
      const photoIds = results.flatMap((result) => result.photoId ?? []);
      if (photoIds.length > 0) {
        activity.publish({ kind: "photos", eventId: id, photoIds });
        queue.wake();
      }
      return { results };
    },
  );

  app.post(
    "/api/events/:eventId/photos/known",
    {
      schema: {
        tags,
        summary: "Which files the event has already, by the SHA-256 of their bytes; ask before uploading",
        params: EventParams,
        body: Type.Object({ sha256: Type.Array(Type.String({ pattern: "^[0-9a-f]{64}$" }), { maxItems: mostIds }) }),
        response: {
          200: Type.Object({ known: Type.Array(Type.Object({ sha256: Type.String(), photoId })) }),
          ...problems(404),
        },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const known = await stores.photos.known(id, request.body.sha256);
      return { known: [...known].map(([sha256, photo]) => ({ sha256, photoId: photo })) };
    },
  );

  app.post(
    "/api/events/:eventId/photos/delete",
    {
      schema: {
        tags,
        summary: "Delete photos with everything made from them",
        params: EventParams,
        body: Type.Object({ photoIds: PhotoIds }),
        response: { 200: Type.Object({ deleted: Type.Array(photoId) }), ...problems(404) },
      },
    },
    async (request) => ({ deleted: await remove(request.params.eventId, request.body.photoIds) }),
  );

  app.post(
    "/api/events/:eventId/photos/retry",
    {
      schema: {
        tags,
        summary: "Look at failed photos again: some, or all",
        params: EventParams,
        body: Type.Object({ photoIds: Type.Optional(PhotoIds) }),
        response: { 200: Type.Object({ queued: Type.Integer() }), ...problems(404) },
      },
    },
    async (request) => {
      const { id } = await getEvent(stores, request.params.eventId);
      const { photoIds } = request.body;
      const queued = await stores.photos.retry(id, photoIds);
      activity.publish({ kind: "photos", eventId: id, photoIds: photoIds ?? [] });
      queue.wake();
      return { queued };
    },
  );

  app.get(
    "/api/events/:eventId/photos/:photoId",
    {
      schema: {
        tags,
        summary: "A photo and the faces in it",
        params: PhotoParams,
        response: { 200: PhotoDetail, ...problems(404) },
      },
    },
    async (request) => {
      const { eventId: event, photoId: id } = request.params;
      const photo = await getPhoto(stores, event, id);
      const [faces, names] = [await stores.faces.ofPhoto(event, id), await stores.people.names(event)];
      return {
        ...photoView(photo),
        sha256: photo.sha256,
        names: [...photo.names],
        files: [...photo.files],
        foundFaces: faces.map((face) => faceView(face, names)),
      };
    },
  );

  app.delete(
    "/api/events/:eventId/photos/:photoId",
    {
      schema: {
        tags,
        summary: "Delete a photo with everything made from it",
        params: PhotoParams,
        response: { 204: Type.Null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      await requirePhoto(stores, request.params.eventId, request.params.photoId);
      await remove(request.params.eventId, [request.params.photoId]);
      return reply.code(204).send(null);
    },
  );

  for (const name of ["thumbnail", "preview"] as const) {
    const size = { thumbnail: 640, preview: 2048 }[name];
    app.get(
      `/api/events/:eventId/photos/:photoId/${name}`,
      {
        schema: {
          tags,
          summary: `The photo, upright, at most ${size} pixels on its longer side, as WebP without metadata`,
          params: PhotoParams,
          response: { 200: fileAnswer("The picture.", "image/webp"), ...problems(404, 415, 422) },
        },
      },
      async (request, reply) => {
        const { eventId: event, photoId: id } = request.params;
        await requirePhoto(stores, event, id);
        const picture = await gallery.picture(event, id, name);
        return sendPicture(request, reply, picture, { etag: `${id}-${name}` });
      },
    );
  }

  app.get(
    "/api/events/:eventId/photos/:photoId/original",
    {
      schema: {
        tags,
        summary: "The file as it was uploaded or found, byte for byte; ranges work",
        params: PhotoParams,
        querystring: Type.Object({ download: Type.Optional(Type.Boolean({ description: "As a file to save." })) }),
        response: {
          200: fileAnswer("The file.", "image/*"),
          206: fileAnswer("The part of it that was asked for.", "image/*"),
          ...problems(404, 416),
        },
      },
    },
    async (request, reply) => {
      const { eventId: event, photoId: id } = request.params;
      const photo = await getPhoto(stores, event, id);
      const original = await openOriginal(services, event, photo);
      return sendFile(request, reply, original, {
        type: await originalType(original),
        etag: photo.sha256,
        ...(request.query.download ? { saveAs: photoName(photo) } : {}),
      });
    },
  );

  const remove = async (eventId: string, photoIds: readonly string[]): Promise<string[]> => {
    const { id } = await getEvent(stores, eventId);
    const deleted = await deletePhotos(services, id, photoIds);
    activity.publish({ kind: "photos", eventId: id, photoIds: deleted });
    queue.regroup(id);
    return [...deleted];
  };
}

interface FilterText {
  readonly withAll?: string;
  readonly withAny?: string;
  readonly ids?: string;
  readonly onlyThem?: boolean;
  readonly withoutFaces?: boolean;
  readonly status?: string;
  readonly leastQuality?: number;
  readonly takenFrom?: string;
  readonly takenBefore?: string;
}

function readFilter({ withAll, withAny, ids, status, takenFrom, takenBefore, ...plain }: FilterText): PhotoFilter {
  const wanted = status?.split(",");
  return {
    ...plain,
    ...(withAll ? { withAll: withAll.split(",") } : {}),
    ...(withAny ? { withAny: withAny.split(",") } : {}),
    ...(ids ? { ids: ids.split(",") } : {}),
    ...(wanted ? { status: statuses.filter((one) => wanted.includes(one)) } : {}),
    ...(takenFrom ? { takenFrom: timeOf(takenFrom) } : {}),
    ...(takenBefore ? { takenBefore: timeOf(takenBefore) } : {}),
  };
}
