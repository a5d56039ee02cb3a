import { type Guest, LFW_FACE, type PlannedFace, type PlannedPhoto } from "../events/plan.ts";
import { createRandom, type Random } from "../events/random.ts";
import type { LfwImage } from "../lfw-pairs.ts";

export interface PhotoShape {
  readonly width: number;
  readonly height: number;
  /** Widths of the faces in pixels; small ones are as frequent as large ones on a logarithmic scale. */
  readonly minFace: number;
  readonly maxFace: number;
  /** Fewer when there is no room. */
  readonly faces: number;
}

const FACE_ASPECT = (LFW_FACE[3] - LFW_FACE[1]) / (LFW_FACE[2] - LFW_FACE[0]);
/** What a head takes of the photo, in face widths to each side of the face's centre. */
const ROOM = { across: 0.85, above: 1.05, below: 1.15 } as const;
const ATTEMPTS = 200;

/** Group photos with faces of all widths, each of another person; the same guests, shape and seed give the same photos. */
export function planGroupPhotos(
  guests: readonly Guest[],
  count: number,
  shape: PhotoShape,
  seed: string,
): PlannedPhoto[] {
  const random = createRandom(`${seed}/group photos`);
  const waiting = random.shuffle(guests.flatMap(({ images }) => images.slice(0, 1)));
  return Array.from({ length: count }, (_, i) => {
    const people = waiting.splice(0, shape.faces);
    return {
      id: `group-${i + 1}`,
      width: shape.width,
      height: shape.height,
      faces: placeFaces(people, shape, random),
      backdrop: random.pick(people),
      blur: 0,
      gain: 1,
      noise: 4,
      jpegQuality: 90,
    };
  });
}

function placeFaces(people: readonly LfwImage[], shape: PhotoShape, random: Random): PlannedFace[] {
  const wanted = people.map((image) => ({
    image,
    width: shape.minFace * (shape.maxFace / shape.minFace) ** random.next(),
  }));
  const placed: PlannedFace[] = [];
  for (const { image, width } of wanted.sort((a, b) => b.width - a.width)) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const x = random.between(ROOM.across * width, shape.width - ROOM.across * width);
      const y = random.between(ROOM.above * width, shape.height - ROOM.below * width);
      if (placed.some((other) => areNear(other, x, y, width))) continue;
      const height = width * FACE_ASPECT;
      placed.push({
        image,
        centre: [x, y],
        width,
        roll: Math.min(30, Math.max(-30, 8 * random.normal())),
        gain: random.between(0.9, 1.1),
        box: [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
      });
      break;
    }
  }
  return placed;
}

function areNear({ centre, width: otherWidth }: PlannedFace, x: number, y: number, width: number): boolean {
  const across = ROOM.across * (width + otherWidth);
  const [upper, lower] = y < centre[1] ? [width, otherWidth] : [otherWidth, width];
  return Math.abs(x - centre[0]) < across && Math.abs(y - centre[1]) < ROOM.below * upper + ROOM.above * lower;
}
