import Type from "typebox";
import { tokenScopes } from "../../domain/access-ports.ts";
import { Count, Fraction, named, nullable, photoId, Time } from "./common.ts";

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
    event: Type.Object({
      name: Type.String(),
      accent: nullable(Type.String()),
      logo: nullable(Type.String({ description: "Changes with the picture; null: none." })),
    }),
    searchOpen: Type.Boolean({ description: "The organiser lets guests look for themselves." }),
    view: Type.Unsafe<"matches" | "all">({ type: "string", enum: ["matches", "all"] }),
    consentGiven: Type.Boolean(),
    consent: ConsentText,
    photos: Count("The guest was found in."),
    notMe: Count("The guest was found in, and said are of somebody else."),
    photosPending: Count("Not looked at yet: the guest may be in them, too."),
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
