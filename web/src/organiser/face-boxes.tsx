import type { Schemas } from "../shared/api.ts";
import { go } from "./router.tsx";

interface Props {
  readonly eventId: string;
  readonly width: number;
  readonly height: number;
  readonly faces: readonly Schemas["Face"][];
  readonly label: (face: Schemas["Face"]) => string;
}

/** Boxes over a picture, each a way to its person. */
export function FaceBoxes({ eventId, width, height, faces, label }: Props) {
  const line = Math.max(width, height) / 300;
  return (
    <svg viewBox={`0 0 ${width} ${height}`}>
      <title>Faces found</title>
      {faces.map((face) => {
        const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = face.box;
        const text = face.personName ?? "no name yet";
        return (
          <a
            key={face.id}
            href={face.personId === null ? undefined : `/events/${eventId}/people/${face.personId}`}
            aria-label={label(face)}
            onClick={(event) => {
              event.preventDefault();
              if (face.personId !== null) go(`/events/${eventId}/people/${face.personId}`);
            }}
          >
            <title>{label(face)}</title>
            <rect
              x={x1}
              y={y1}
              width={x2 - x1}
              height={y2 - y1}
              fill="transparent"
              stroke="#ffd54a"
              strokeWidth={line}
            />
            <text
              x={(x1 + x2) / 2}
              y={y2 + line * 7}
              textAnchor="middle"
              fill="#fff"
              stroke="#000"
              strokeWidth={line * 1.2}
              paintOrder="stroke"
              fontSize={line * 6}
            >
              {text}
            </text>
          </a>
        );
      })}
    </svg>
  );
}
