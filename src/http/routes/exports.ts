import Type from "typebox";
import { archiveOriginals } from "../../domain/archive.ts";
import { getPerson } from "../../domain/decide.ts";
import { RollcallError } from "../../domain/errors.ts";
import { getEvent } from "../../domain/events.ts";
import { unknownPhoto } from "../../domain/photos.ts";
import type { PhotoRecord } from "../../domain/ports.ts";
import type { App, Context } from "../context.ts";
import { EventParams, fileAnswer, idOf, personId, photoId, problems } from "../schemas.ts";
import { sendZip } from "../zip.ts";

/** Ids in one question to the store. */
const idsAtOnce = 1000;

export function exportRoutes(app: App, { services }: Context): void {
  const tags = ["Downloads"];
  const { stores, selections } = services;

  app.post(
    "/api/events/:eventId/exports",
    {
      schema: {
        tags,
        summary: "Select photos for a download as one ZIP: by id, or all of a person's, or all",
        params: EventParams,
        body: Type.Object({
          photoIds: Type.Optional(Type.Array(photoId, { minItems: 1, maxItems: 5000 })),
          personId: Type.Optional(personId),
        }),
        response: {
          201: Type.Object({
            id: Type.String(),
            url: Type.String({ description: "To be opened within the hour." }),
            photos: Type.Integer(),
            bytes: Type.Integer(),
          }),
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const event = await getEvent(stores, request.params.eventId);
      const photos = await choose(event.id, request.body);
      const selection = selections.add(
        event.id,
        photos.map(({ id }) => id),
      );
      return reply.code(201).send({
        id: selection.id,
        url: `/api/events/${event.id}/exports/${selection.id}`,
        photos: photos.length,
        bytes: photos.reduce((sum, { bytes }) => sum + bytes, 0),
      });
    },
  );

  app.get(
    "/api/events/:eventId/exports/:exportId",
    {
      schema: {
        tags,
        summary: "The originals that were selected, as a ZIP",
        params: Type.Object({ eventId: EventParams.properties.eventId, exportId: idOf("selection") }),
        response: { 200: fileAnswer("The archive.", "application/zip"), ...problems(404) },
      },
    },
    async (request, reply) => {
      const event = await getEvent(stores, request.params.eventId);
      const selection = selections.get(event.id, request.params.exportId);
      if (!selection) {
        throw new RollcallError("EXPORT_UNKNOWN", "The selection is not kept any more. Select the photos again.");
      }
      const photos = await records(event.id, selection.photoIds);
      return sendZip(request, reply, await archiveOriginals(services, event.id, photos), `${event.name}.zip`);
    },
  );

  const choose = async (eventId: string, by: { photoIds?: readonly string[]; personId?: string }) => {
    if (by.photoIds) {
      const found = await records(eventId, by.photoIds);
      // A photo that was deleted meanwhile keeps nobody from the others.
      if (found.length === 0) throw unknownPhoto(by.photoIds[0] ?? "");
      return found;
    }
    if (by.personId !== undefined) await getPerson(stores, eventId, by.personId);
    const filter = by.personId === undefined ? {} : { withAll: [by.personId] };
    const photos: PhotoRecord[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await stores.photos.page(eventId, {
        filter,
        order: "taken",
        limit: idsAtOnce,
        ...(cursor === undefined ? {} : { cursor }),
      });
      photos.push(...page.photos);
      cursor = page.next;
      more = cursor !== undefined;
    }
    return photos;
  };

  const records = async (eventId: string, photoIds: readonly string[]) => {
    const photos: PhotoRecord[] = [];
    for (let i = 0; i < photoIds.length; i += idsAtOnce) {
      photos.push(...(await stores.photos.records(eventId, photoIds.slice(i, i + idsAtOnce))));
    }
    return photos;
  };
}
