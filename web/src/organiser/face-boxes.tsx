import type { Schemas } from "../shared/api.ts";
import { sure } from "../shared/ui.tsx";
import { Link } from "./router.tsx";

interface Props {
  readonly eventId: string;
  /** Of the original, in pixels, as the boxes are. */
  readonly width: number;
  readonly height: number;
  readonly faces: readonly { readonly face: Schemas["Face"]; readonly confidence: number | null }[];
}

/** Boxes over a picture with whose faces they are and how sure that is; each is a way to its person. */
export function FaceBoxes({ eventId, width, height, faces }: Props) {
  return (
    <ul className="face-boxes" aria-label="Faces">
      {faces.map(({ face, confidence }) => {
        const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = face.box;
        const place = {
          left: `${(x1 / width) * 100}%`,
          top: `${(y1 / height) * 100}%`,
          width: `${((x2 - x1) / width) * 100}%`,
          height: `${((y2 - y1) / height) * 100}%`,
        };
        const text = (
          <span>
            {face.personName ?? "Who?"}
            {confidence !== null && <small>{sure(confidence)} sure</small>}
          </span>
        );
        return (
          <li key={face.id} style={place}>
            {face.personId === null ? text : <Link to={`/events/${eventId}/people/${face.personId}`}>{text}</Link>}
          </li>
        );
      })}
    </ul>
  );
}
