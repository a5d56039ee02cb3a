import Type from "typebox";
import { Box, CodedError, Count, Fraction, faceId, Next, named, nullable, personId, photoId, Time } from "./common.ts";

const Quality = named(
  "Quality",
  Type.Object({
    score: Fraction("The overall verdict: 0 useless, 1 ideal."),
    sharpness: Fraction(""),
    pose: Fraction("1 looks into the camera, 0 is a profile."),
    size: Fraction(""),
    exposure: Fraction(""),
    detection: Fraction("How sure it is that this is a face."),
    reliability: Fraction("How far its embedding can be relied on; what is hidden, noise and compression lower it."),
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
