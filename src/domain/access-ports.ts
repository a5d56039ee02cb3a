import type { Allowance, Take } from "./throttle.ts";

/** What the domain needs to keep accounts, sessions and tokens. Secrets come in hashed. */
export interface AccountStore {
  /** Undefined until the password was set. */
  organiser(): Promise<{ readonly id: string; readonly passwordHash: string } | undefined>;
  /** False when there is one already. */
  createOrganiser(organiser: { readonly id: string; readonly passwordHash: string }): Promise<boolean>;
  /** Ends all sessions. */
  setPassword(organiserId: string, passwordHash: string): Promise<void>;
  createSession(session: {
    readonly tokenHash: string;
    readonly organiserId: string;
    readonly expiresAt: Date;
  }): Promise<void>;
  /** Undefined when there is none, or it has run out. */
  session(tokenHash: string, now: Date): Promise<{ readonly organiserId: string } | undefined>;
  deleteSession(tokenHash: string): Promise<void>;

  createToken(token: NewToken): Promise<ApiToken>;
  /** The newest first. */
  tokens(): Promise<readonly ApiToken[]>;
  /** Marks it as used. Undefined when there is none, or it has run out. */
  useToken(tokenHash: string, now: Date): Promise<ApiToken | undefined>;
  /** False when it is not there. */
  deleteToken(tokenId: string): Promise<boolean>;
}

/** What an API token lets its holder do; each is good for nothing else. */
export const tokenScopes = ["read", "upload", "write"] as const;

export type TokenScope = (typeof tokenScopes)[number];

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly tokenHash: string;
  readonly expiresAt: Date | null;
}

/** Links for guests, and what is kept about guests: as little as the photos they found. */
export interface GuestStore {
  createLink(link: NewLink): Promise<GuestLink>;
  /** The newest first. */
  links(eventId: string): Promise<readonly GuestLink[]>;
  findLink(secretHash: string): Promise<(GuestLink & { readonly pinHash: string | null }) | undefined>;
  /** Its guests can see nothing from then on. False when it is not there. */
  revokeLink(eventId: string, linkId: string): Promise<boolean>;
  /** Takes a try of a PIN out of the link's budget, if there is one. */
  takePinTry(linkId: string, allowance: Allowance, now: Date): Promise<Take>;
  /** The PIN was right: the try is not held against the link. */
  returnPinTry(linkId: string, allowance: Allowance): Promise<void>;
  /** Counts a search through the link. */
  countSearch(linkId: string): Promise<void>;
  /**
   * Takes a selfie out of the budgets of the guest and of the link, or out of none when one of them is empty.
   *
   * @returns milliseconds until another one may be sent; 0: this one may
   */
  takeSelfie(
    guest: Guest,
    budgets: { readonly ofGuest: Allowance; readonly ofLink: Allowance },
    now: Date,
  ): Promise<number>;

  createGuest(guest: {
    readonly id: string;
    readonly tokenHash: string;
    readonly linkId: string;
    readonly expiresAt: Date;
  }): Promise<void>;
  /** Undefined when there is none, it has run out, or its link has. */
  guest(tokenHash: string, now: Date): Promise<Guest | undefined>;
  /** Whether the guest's session goes on: it was not forgotten, has not run out, and neither has its link. */
  isIn(guestId: string, now: Date): Promise<boolean>;
  /** Removes the guest with all matches; consents stay, withdrawn and without the guest. */
  forgetGuest(guestId: string, now: Date): Promise<void>;

  /** Forgets guests whose session is over. */
  forgetExpired(now: Date): Promise<void>;

  recordConsent(guest: Guest, consent: { readonly purpose: string; readonly textHash: string }): Promise<void>;
  /** Of the guest for the purpose, the latest that was not withdrawn. */
  consent(guestId: string, purpose: string): Promise<Consent | undefined>;
  /** Of an event, the newest first. @throws RollcallError CURSOR_INVALID */
  consents(
    eventId: string,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<{ readonly consents: readonly ConsentRecord[]; readonly next: string | undefined }>;

  /** Adds photos to those of the guest; what the guest said of a photo stays. False when the guest is not there any more. */
  addMatches(guestId: string, matches: readonly GuestMatch[]): Promise<boolean>;
  /** The surest first. */
  photos(guestId: string): Promise<readonly GuestPhoto[]>;
  /** One of those. Undefined when the guest was not found in the photo. */
  photo(guestId: string, photoId: string): Promise<GuestPhoto | undefined>;
  /** That it is somebody else, or not after all. False when the guest was not found in the photo. */
  hidePhoto(guestId: string, photoId: string, hidden: boolean): Promise<boolean>;
  /** Ids of photos, also of such that the guest was not found in. */
  favourites(guestId: string): Promise<ReadonlySet<string>>;
  isFavourite(guestId: string, photoId: string): Promise<boolean>;
  setFavourite(guestId: string, photoId: string, favourite: boolean): Promise<void>;
}

export interface NewLink {
  readonly id: string;
  readonly eventId: string;
  readonly label: string;
  readonly secretHash: string;
  readonly pinHash: string | null;
  readonly expiresAt: Date | null;
}

export interface GuestLink {
  readonly id: string;
  readonly eventId: string;
  readonly label: string;
  readonly hasPin: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Sessions begun through it. */
  readonly guests: number;
  /** Selfies searched for through it. */
  readonly searches: number;
}

export interface Guest {
  readonly id: string;
  readonly linkId: string;
  readonly eventId: string;
}

export interface Consent {
  readonly textHash: string;
  readonly givenAt: Date;
}

export interface ConsentRecord extends Consent {
  readonly id: string;
  readonly purpose: string;
  readonly withdrawnAt: Date | null;
}

export interface GuestMatch {
  readonly photoId: string;
  readonly faceId: string;
  /** 0 to 1. */
  readonly confidence: number;
}

export interface GuestPhoto extends GuestMatch {
  /** The guest said that it is somebody else. */
  readonly hidden: boolean;
}

/** Passwords and PINs, which people can guess, so hashing them has to be slow. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}
