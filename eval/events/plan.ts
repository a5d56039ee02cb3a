import type { PixelBox, Point } from "../../src/face/geometry.ts";
import type { LfwImage } from "../lfw-pairs.ts";
import { createRandom, type Random } from "./random.ts";

/** Someone who can be invited, with every picture there is of them. */
export interface Guest {
  readonly person: string;
  readonly images: readonly LfwImage[];
}

export interface EventSize {
  readonly name: string;
  /** Everyone who is photographed, those seen once included. */
  readonly people: number;
  /** Of these, how many are in one photo only. */
  readonly seenOnce: number;
  /** Fewer when the pictures run out: none is used twice. */
  readonly photos: number;
  /** Someone who is seen again has at least this many pictures, one of which is kept as the selfie. */
  readonly minImages: number;
  /** No more of anyone's pictures than this, so that nobody fills the event. */
  readonly maxImages: number;
  /** Selfies of people who are not there. */
  readonly strangers: number;
}

export interface PlannedFace {
  readonly image: LfwImage;
  /** Of the face, in pixels of the photo. */
  readonly centre: Point;
  /** Of the face (not the head), in pixels. */
  readonly width: number;
  /** Degrees, clockwise. */
  readonly roll: number;
  /** Brightness against the rest of the photo; 1 is the same. */
  readonly gain: number;
  /** The truth that detections are held against. */
  readonly box: PixelBox;
}

export interface PlannedPhoto {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Largest first. */
  readonly faces: readonly PlannedFace[];
  /** The picture whose corner may become the backdrop. */
  readonly backdrop: LfwImage;
  /** Gaussian, in pixels; 0 is sharp. */
  readonly blur: number;
  /** Exposure; 1 is right. */
  readonly gain: number;
  /** Deviation of the sensor's noise, of 255. */
  readonly noise: number;
  /** 1 to 100. */
  readonly jpegQuality: number;
}

export interface EventPlan {
  readonly seed: string;
  readonly photos: readonly PlannedPhoto[];
  /** One for everyone who is in a photo; no photo uses that picture. */
  readonly selfies: readonly LfwImage[];
  readonly strangers: readonly LfwImage[];
}

/**
 * The face in a picture of LFW: the images were aligned by deep funneling, so that it is always about here. Median of
 * the boxes that the original MTCNN finds in 300 of them; nine in ten overlap it with an IoU of 0.66 or more.
 */
export const LFW_FACE: PixelBox = [78.5, 65.5, 171, 188.5];
const FACE_WIDTH = LFW_FACE[2] - LFW_FACE[0];
const FACE_ASPECT = (LFW_FACE[3] - LFW_FACE[1]) / FACE_WIDTH;

const MIN_FACE_WIDTH = 30;
const MAX_FACE_WIDTH = 400;
const MAX_PEOPLE = 12;
/** What a head takes of the photo, in face widths: no two of these overlap, so faces never hide each other. */
const HEAD = { width: 1.6, above: 1.05, below: 1.15 } as const;
const PHOTO_SIZES = [
  [1600, 1200],
  [1920, 1280],
  [2400, 1600],
  [1200, 1600],
  [1500, 2000],
] as const;

/**
 * Decides everything about an event before a pixel is drawn. The same guests, size and seed give the same event.
 *
 * @throws RangeError when there are too few guests with enough pictures
 */
export function planEvent(guests: readonly Guest[], size: EventSize, seed: string): EventPlan {
  const random = createRandom(`${seed}/${size.name}`);
  const shuffled = random.shuffle(guests);
  const regulars = shuffled
    .filter((guest) => guest.images.length >= size.minImages)
    .slice(0, size.people - size.seenOnce);
  const taken = new Set(regulars);
  const rest = shuffled.filter((guest) => !taken.has(guest));
  const once = rest.filter((guest) => guest.images.length >= 2).slice(0, size.seenOnce);
  if (regulars.length + once.length < size.people) {
    throw new RangeError(`An event of ${size.people} people needs more people with several pictures than there are.`);
  }
  for (const guest of once) taken.add(guest);
  const strangers = shuffled.filter((guest) => !taken.has(guest)).slice(0, size.strangers);

  const selfies: LfwImage[] = [];
  const stock: LfwImage[] = [];
  for (const guest of [...regulars, ...once]) {
    const [selfie, ...others] = random.shuffle(guest.images);
    if (selfie === undefined) continue;
    selfies.push(selfie);
    stock.push(...others.slice(0, once.includes(guest) ? 1 : size.maxImages - 1));
  }
  return {
    seed,
    photos: planPhotos(random.shuffle(stock), size.photos, random),
    selfies,
    strangers: strangers.flatMap((guest) => guest.images.slice(0, 1)),
  };
}

function planPhotos(stock: readonly LfwImage[], count: number, random: Random): PlannedPhoto[] {
  const left = [...stock];
  const photos: PlannedPhoto[] = [];
  // The first photos take in turn what everyone needs to be seen at all; what is left then fills the later ones.
  const waiting = moveFirstOfEachToFront(left);
  while (photos.length < count && waiting.length > 0) {
    const guests = takeDifferentPeople(waiting, howMany(random));
    const id = `photo-${String(photos.length + 1).padStart(4, "0")}`;
    photos.push(planPhoto(id, guests, waiting, random));
  }
  return photos;
}

function moveFirstOfEachToFront(images: readonly LfwImage[]): LfwImage[] {
  const seen = new Set<string>();
  const first: LfwImage[] = [];
  const again: LfwImage[] = [];
  for (const image of images) {
    (seen.has(image.person) ? again : first).push(image);
    seen.add(image.person);
  }
  return [...first, ...again];
}

/** One to twelve, small groups far more often: the chance falls with the power 1.5 of the number. */
function howMany(random: Random): number {
  const weights = Array.from({ length: MAX_PEOPLE }, (_, i) => (i + 1) ** -1.5);
  let point = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    point -= weight;
    if (point < 0) return i + 1;
  }
  return MAX_PEOPLE;
}

/** Takes up to `count` pictures of different people out of `waiting`. */
function takeDifferentPeople(waiting: LfwImage[], count: number): LfwImage[] {
  const taken: LfwImage[] = [];
  for (let i = 0; i < waiting.length && taken.length < count; ) {
    const image = waiting[i];
    if (image === undefined || taken.some((other) => other.person === image.person)) i++;
    else taken.push(...waiting.splice(i, 1));
  }
  return taken;
}

/** Those for whom there is no room go back to `waiting`. */
function planPhoto(id: string, guests: readonly LfwImage[], waiting: LfwImage[], random: Random): PlannedPhoto {
  const [width, height] = random.pick(PHOTO_SIZES);
  const room = Math.sqrt((0.5 * width * height) / (guests.length * HEAD.width * (HEAD.above + HEAD.below)));
  const largest = Math.min(MAX_FACE_WIDTH, Math.max(MIN_FACE_WIDTH, room));
  const typical = MIN_FACE_WIDTH * (MAX_FACE_WIDTH / MIN_FACE_WIDTH) ** random.next();
  const wanted = guests.map((image) => ({
    image,
    width: Math.min(largest, Math.max(MIN_FACE_WIDTH, typical * Math.exp(0.15 * random.normal()))),
  }));
  const faces: PlannedFace[] = [];
  for (const { image, width: wantedWidth } of wanted.sort((a, b) => b.width - a.width)) {
    const placed = placeFace(faces, { width, height }, wantedWidth, random);
    if (placed === undefined) waiting.push(image);
    else faces.push({ image, ...placed, roll: clamp(8 * random.normal(), 30), gain: random.between(0.9, 1.1) });
  }
  return {
    id,
    width,
    height,
    faces,
    backdrop: random.pick(guests),
    blur: random.chance(0.3) ? random.between(0.5, 2) : 0,
    gain: random.chance(0.3) ? random.between(0.5, 1.5) : random.between(0.85, 1.15),
    noise: random.chance(0.4) ? random.between(2, 12) : 0,
    jpegQuality: random.integer(55, 95),
  };
}

/** Tries places at random, and smaller faces when there is none; undefined when the photo is full. */
function placeFace(
  others: readonly PlannedFace[],
  photo: { width: number; height: number },
  wantedWidth: number,
  random: Random,
): { centre: Point; width: number; box: PixelBox } | undefined {
  for (let width = wantedWidth; width >= MIN_FACE_WIDTH; width *= 0.85) {
    for (let attempt = 0; attempt < 60; attempt++) {
      const centre: Point = [
        random.between((HEAD.width / 2) * width, photo.width - (HEAD.width / 2) * width),
        random.between(HEAD.above * width, photo.height - HEAD.below * width),
      ];
      const room = headRoom(centre, width);
      if (others.every((other) => !overlap(room, headRoom(other.centre, other.width)))) {
        return { centre, width, box: boxAround(centre, width, width * FACE_ASPECT) };
      }
    }
  }
  return undefined;
}

function headRoom([x, y]: Point, width: number): PixelBox {
  const half = (HEAD.width / 2) * width;
  return [x - half, y - HEAD.above * width, x + half, y + HEAD.below * width];
}

function boxAround([x, y]: Point, width: number, height: number): PixelBox {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

function overlap(a: PixelBox, b: PixelBox): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}
