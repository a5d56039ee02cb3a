import { boxHeight, boxWidth, type PixelBox } from "../face/geometry.ts";
import type { Guest, GuestLink, GuestStore, PasswordHasher } from "./access-ports.ts";
import { selfieConsent } from "./consent.ts";
import type { Engines } from "./engines.ts";
import { RollcallError } from "./errors.ts";
import { getEvent, tidyName } from "./events.ts";
import type { RollcallEvent } from "./model.ts";
import { checkPin } from "./pins.ts";
import type { Stores } from "./ports.ts";
import { searchEvent } from "./search.ts";
import { hashSecret, newId, newSecret, newToken } from "./secrets.ts";
import { TooManyTries } from "./throttle.ts";

export interface GuestTools {
  readonly stores: Stores;
  readonly guests: GuestStore;
  readonly passwords: PasswordHasher;
}

const dayMs = 24 * 60 * 60 * 1000;

/** A guest comes back within weeks, if at all; the link brings everybody back who is later. */
const guestDays = 30;

/**
 * Makes a link for guests. Its secret is in the answer and nowhere else: only a hash of it is stored.
 *
 * @throws RollcallError EVENT_UNKNOWN, REQUEST_INVALID
 */
export async function createLink(
  { stores, guests, passwords }: GuestTools,
  eventId: string,
  request: { readonly label: string; readonly pin: string | null; readonly expiresAt: Date | null },
): Promise<GuestLink & { readonly secret: string }> {
  await getEvent(stores, eventId);
  const { pin, expiresAt } = request;
  if (pin !== null && !/^\d{4,8}$/u.test(pin)) {
    throw new RollcallError("REQUEST_INVALID", "A PIN has four to eight digits.");
  }
  if (expiresAt !== null && expiresAt <= new Date()) {
    throw new RollcallError("REQUEST_INVALID", "That time is over, so nobody could open the link. Choose one to come.");
  }
  const secret = newSecret();
  const link = await guests.createLink({
    id: newId(),
    eventId,
    label: tidyName(request.label) ?? "Guests",
    secretHash: hashSecret(secret),
    pinHash: pin === null ? null : await passwords.hash(pin),
    expiresAt,
  });
  return { ...link, secret };
}

export async function listLinks({ guests }: GuestTools, eventId: string): Promise<readonly GuestLink[]> {
  return await guests.links(eventId);
}

/** Closes a link for everybody who came by it. @throws RollcallError LINK_UNKNOWN */
export async function revokeLink({ guests }: GuestTools, eventId: string, linkId: string): Promise<void> {
  if (await guests.revokeLink(eventId, linkId)) return;
  throw new RollcallError("LINK_UNKNOWN", "The event has no such link. It may have been revoked already.");
}

/** What somebody who holds a link is told before anything else. */
export interface Invitation {
  readonly event: RollcallEvent;
  readonly linkId: string;
  readonly pinRequired: boolean;
}

/** @throws RollcallError LINK_UNKNOWN, LINK_EXPIRED */
export async function readInvitation(tools: GuestTools, secret: string): Promise<Invitation> {
  const link = await openLink(tools, secret);
  return { event: await getEvent(tools.stores, link.eventId), linkId: link.id, pinRequired: link.hasPin };
}

/**
 * Lets a guest in.
 *
 * @param request without a PIN no try of the link is used up; `before`: who the browser was until now, since nobody could
 *   have what was found for them forgotten any more
 * @throws RollcallError LINK_UNKNOWN, LINK_EXPIRED, PIN_MISSING, PIN_WRONG; TooManyTries
 */
export async function enter(
  tools: GuestTools,
  request: { readonly secret: string; readonly pin: string | undefined; readonly before: Guest | undefined },
): Promise<{ readonly token: string; readonly expiresAt: Date; readonly eventId: string }> {
  const { secret, pin, before } = request;
  const link = await openLink(tools, secret);
  if (link.pinHash !== null) await checkPin(tools, link.id, link.pinHash, pin);
  const token = newToken();
  const latest = new Date(Date.now() + guestDays * dayMs);
  const expiresAt = link.expiresAt && link.expiresAt < latest ? link.expiresAt : latest;
  await tools.guests.createGuest({ id: newId(), tokenHash: hashSecret(token), linkId: link.id, expiresAt });
  if (before) await forgetGuest(tools, before);
  return { token, expiresAt, eventId: link.eventId };
}

/** Undefined when the session or its link is over. */
export async function recogniseGuest({ guests }: GuestTools, token: string): Promise<Guest | undefined> {
  return await guests.guest(hashSecret(token), new Date());
}

/** For what takes long: whoever revokes a link does not wait for it. @throws RollcallError LINK_EXPIRED */
export async function checkStillIn({ guests }: Pick<GuestTools, "guests">, guest: Guest): Promise<void> {
  if (!(await guests.isIn(guest.id, new Date()))) throw linkExpired();
}

/** @throws RollcallError CONSENT_OUTDATED when what was shown is not what is asked now */
export async function giveConsent({ guests }: GuestTools, guest: Guest, textHash: string): Promise<void> {
  if (textHash !== selfieConsent.hash) {
    throw new RollcallError("CONSENT_OUTDATED", "The text has changed since it was shown. Read it again, then agree.");
  }
  await guests.recordConsent(guest, { purpose: selfieConsent.purpose, textHash });
}

export async function hasConsented({ guests }: GuestTools, guest: Guest): Promise<boolean> {
  return (await guests.consent(guest.id, selfieConsent.purpose))?.textHash === selfieConsent.hash;
}

const minuteMs = 60_000;

const selfieBudgets = {
  /** A guest takes a few selfies until one is good. */
  ofGuest: { tries: 10, perMs: 10 * minuteMs },
  /** All guests of a link: enough for a party that gets it at once, too few to try a list of faces. */
  ofLink: { tries: 300, perMs: 60 * minuteMs },
} as const;

/**
 * To be called before a selfie is even read.
 *
 * @throws RollcallError SEARCH_OFF, CONSENT_MISSING; TooManyTries when there were too many, also before a restart
 */
export async function allowSelfie(tools: GuestTools, guest: Guest): Promise<void> {
  await checkMaySearch(tools, guest);
  const waitMs = await tools.guests.takeSelfie(guest, selfieBudgets, new Date());
  if (waitMs > 0) throw new TooManyTries(Math.ceil(waitMs / 1000));
}

async function checkMaySearch(tools: GuestTools, guest: Guest): Promise<void> {
  if (!(await getEvent(tools.stores, guest.eventId)).guestSearch) {
    throw new RollcallError("SEARCH_OFF", "The organiser has not turned on the search for guests.");
  }
  if (!(await hasConsented(tools, guest))) {
    throw new RollcallError("CONSENT_MISSING", "Nothing is looked for without your consent. Agree to the text first.");
  }
}

/** "Not in these photos" and "the selfie is not good enough" are different answers. */
export type SelfieAnswer = (
  | { readonly outcome: "found"; readonly photos: number }
  | { readonly outcome: "not-found" }
  | { readonly outcome: "not-good-enough"; readonly reasons: readonly string[] }
) & {
  /** Photos of the event that are still to be looked at: the guest may be in them, whatever the outcome. */
  readonly photosPending: number;
};

/**
 * Finds the guest in the photos. The selfie is in memory alone, and gone when this resolves; of the answer, the photos that
 * were found are kept for the guest.
 *
 * @throws RollcallError SEARCH_OFF, CONSENT_MISSING; NOT_SIGNED_IN when the guest was forgotten meanwhile; FaceError IMAGE_...
 */
export async function findGuest(
  tools: GuestTools & { readonly engines: Engines },
  guest: Guest,
  selfie: Uint8Array,
): Promise<SelfieAnswer> {
  const { stores, guests, engines } = tools;
  // Asked again: the selfie may have taken minutes to arrive.
  await checkMaySearch(tools, guest);
  await guests.countSearch(guest.linkId);
  const answer = await engines.withEventEngine(guest.eventId, (engine) =>
    searchEvent(stores, engine, { event: guest.eventId, picture: selfie, selfie: true }),
  );
  const { photosPending } = answer;
  const crowd = alikeInSize(answer.pictureFaces);
  if (crowd > 1) {
    const reason = `There are ${crowd} people in the picture. Send one of yourself alone.`;
    return { outcome: "not-good-enough", reasons: [reason], photosPending };
  }
  switch (answer.outcome) {
    case "found": {
      const matches = answer.matches.map(({ photo, face, confidence }) => ({
        photoId: photo.id,
        faceId: face.id,
        confidence,
      }));
      if (!(await guests.addMatches(guest.id, matches))) throw forgottenMeanwhile();
      return { outcome: "found", photos: matches.length, photosPending };
    }
    case "not-found":
      return { outcome: "not-found", photosPending };
    case "not-enough-evidence":
      return { outcome: "not-good-enough", reasons: answer.reasons, photosPending };
  }
}

/** Of the largest face's area: somebody with less is in the background. */
const backgroundShare = 0.5;

/** How many are as large in the picture as if each of them could have taken it. */
function alikeInSize(faces: readonly { readonly box: PixelBox }[]): number {
  const areas = faces.map(({ box }) => boxWidth(box) * boxHeight(box));
  const largest = Math.max(0, ...areas);
  return areas.filter((area) => area >= largest * backgroundShare).length;
}

/** Forgets the guest: session, matches and marks are gone when this resolves; that consent was withdrawn is kept. */
export async function forgetGuest({ guests }: Pick<GuestTools, "guests">, guest: Guest): Promise<void> {
  await guests.forgetGuest(guest.id, new Date());
}

async function openLink({ guests }: GuestTools, secret: string) {
  const link = await guests.findLink(hashSecret(secret));
  if (!link) {
    throw new RollcallError(
      "LINK_UNKNOWN",
      "The link is not valid: it was mistyped, or its event is gone. Ask whoever sent it.",
    );
  }
  if (link.revokedAt !== null || (link.expiresAt !== null && link.expiresAt <= new Date())) {
    throw linkExpired();
  }
  return link;
}

function forgottenMeanwhile(): RollcallError {
  return new RollcallError(
    "NOT_SIGNED_IN",
    "You were forgotten while the photos were searched, so nothing of it was kept. Open the link again to come back.",
  );
}

function linkExpired(): RollcallError {
  return new RollcallError("LINK_EXPIRED", "The link is not valid any more. Ask whoever sent it for a new one.");
}
