import type { Guest, GuestPhoto, GuestStore } from "./access-ports.ts";
import { codedError, RollcallError } from "./errors.ts";
import { getEvent } from "./events.ts";
import type { PhotoRecord, Stores } from "./ports.ts";
import { thresholdOf } from "./threshold.ts";

interface Tools {
  readonly stores: Stores;
  readonly guests: GuestStore;
}

/** A photo as a guest may see it. */
export interface GuestPhotoView {
  readonly photo: PhotoRecord;
  /** Undefined for a photo of an open event that the guest was not found in. */
  readonly match: GuestPhoto | undefined;
  readonly favourite: boolean;
}

export interface OwnPhotos {
  /** The surest first. */
  readonly photos: readonly GuestPhotoView[];
  /** Ids of those that the guest said are of somebody else. */
  readonly notMe: readonly string[];
}

/** What the guest was found in. */
export async function ownPhotos(tools: Tools, guest: Guest): Promise<OwnPhotos> {
  const matches = await matchesOf(tools, guest);
  const favourites = await tools.guests.favourites(guest.id);
  const records = await tools.stores.photos.records(
    guest.eventId,
    matches.map(({ photoId }) => photoId),
  );
  const byId = new Map(records.map((photo) => [photo.id, photo]));
  const views = matches.flatMap((match) => {
    const photo = byId.get(match.photoId);
    return photo ? [{ photo, match, favourite: favourites.has(photo.id) }] : [];
  });
  return {
    photos: views.filter(({ match }) => !match.hidden),
    notMe: views.flatMap(({ photo, match }) => (match.hidden ? photo.id : [])),
  };
}

/** Less what the guest said is somebody else. */
async function shownMatches(tools: Tools, guest: Guest): Promise<GuestPhoto[]> {
  return (await matchesOf(tools, guest)).filter(({ hidden }) => !hidden);
}

/** What counts by the event's threshold as it is now. */
async function matchesOf({ stores, guests }: Tools, guest: Guest): Promise<GuestPhoto[]> {
  const threshold = await thresholdOf(stores, await getEvent(stores, guest.eventId));
  return (await guests.photos(guest.id)).filter(({ confidence }) => confidence >= threshold);
}

/** The same of one photo, for pictures, which are asked for by the hundred. */
async function shownMatch({ stores, guests }: Tools, guest: Guest, photoId: string): Promise<GuestPhoto | undefined> {
  const match = await guests.photo(guest.id, photoId);
  if (match === undefined || match.hidden) return undefined;
  const threshold = await thresholdOf(stores, await getEvent(stores, guest.eventId));
  return match.confidence >= threshold ? match : undefined;
}

/** A page of all photos of an event that is open to its guests; of any other, none. */
export async function openPhotos(
  { stores, guests }: Tools,
  guest: Guest,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly views: readonly GuestPhotoView[]; readonly next: string | undefined }> {
  if (!(await isOpen({ stores }, guest))) return { views: [], next: undefined };
  const own = new Map((await shownMatches({ stores, guests }, guest)).map((match) => [match.photoId, match]));
  const favourites = await guests.favourites(guest.id);
  const filter = { status: ["done"] } as const;
  const { photos, next } = await stores.photos.page(guest.eventId, { filter, order: "taken", ...page });
  const views = photos.map((photo) => ({ photo, match: own.get(photo.id), favourite: favourites.has(photo.id) }));
  return { views, next };
}

async function isOpen({ stores }: Pick<Tools, "stores">, guest: Guest): Promise<boolean> {
  return (await getEvent(stores, guest.eventId)).guestView === "all";
}

/** The photo, if the guest may see it. @throws RollcallError PHOTO_UNKNOWN, for photos there are as well */
export async function guestPhoto(tools: Tools, guest: Guest, photoId: string): Promise<GuestPhotoView> {
  const match = await shownMatch(tools, guest, photoId);
  const mayLook = match !== undefined || (await isOpen(tools, guest));
  const [photo] = mayLook ? await tools.stores.photos.records(guest.eventId, [photoId]) : [];
  if (photo) return { photo, match, favourite: await tools.guests.isFavourite(guest.id, photoId) };
  throw noSuchPhoto();
}

/** @throws RollcallError PHOTO_UNKNOWN for a photo that the guest may not see, or to be told not to be in without having been found */
export async function markPhoto(
  tools: Tools,
  guest: Guest,
  photoId: string,
  { favourite, notMe }: { readonly favourite?: boolean | undefined; readonly notMe?: boolean | undefined },
): Promise<void> {
  if (favourite !== undefined) {
    await guestPhoto(tools, guest, photoId);
    await tools.guests.setFavourite(guest.id, photoId, favourite);
  }
  if (notMe !== undefined && !(await tools.guests.hidePhoto(guest.id, photoId, notMe))) throw noSuchPhoto();
}

/** As many photos as are asked for at once when all are taken home. */
const pageOfAll = 500;

/**
 * What a guest takes home: the photos they were found in, their favourites, or, of an open event, everything.
 *
 * @throws RollcallError PHOTO_UNKNOWN when that is none
 */
export async function photosToTake(
  tools: Tools,
  guest: Guest,
  which: "mine" | "favourites" | "all",
): Promise<readonly PhotoRecord[]> {
  const views = which === "mine" ? (await ownPhotos(tools, guest)).photos : await seen(tools, guest);
  const photos = views.filter(({ favourite }) => which !== "favourites" || favourite).map(({ photo }) => photo);
  if (photos.length > 0) return photos;
  throw new RollcallError(
    "PHOTO_UNKNOWN",
    "There is no photo to take home yet. Take a selfie, or mark favourites first.",
  );
}

/** Everything that the guest may see. */
async function seen(tools: Tools, guest: Guest): Promise<readonly GuestPhotoView[]> {
  if (!(await isOpen(tools, guest))) return (await ownPhotos(tools, guest)).photos;
  const all: GuestPhotoView[] = [];
  for (let cursor: string | undefined; ; ) {
    const { views, next } = await openPhotos(tools, guest, { limit: pageOfAll, ...(cursor ? { cursor } : {}) });
    all.push(...views);
    if (next === undefined) return all;
    cursor = next;
  }
}

/**
 * What a guest asks for of a photo. What is wrong with its file is for the organiser alone: such messages say where on the
 * server it is.
 *
 * @throws RollcallError FILE_MISSING without any reason; whatever else `work` throws
 */
export async function forGuest<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const code = codedError(error)?.code;
    if (code !== "FILE_MISSING" && !code?.startsWith("IMAGE_")) throw error;
    throw new RollcallError("FILE_MISSING", "This photo is not available right now. Try again later.", {
      cause: error,
    });
  }
}

function noSuchPhoto(): RollcallError {
  return new RollcallError("PHOTO_UNKNOWN", "You have no photo of that id. It may have been deleted meanwhile.");
}
