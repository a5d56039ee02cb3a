import type { Schemas } from "../shared/api.ts";
import { sure } from "../shared/ui.tsx";

/** A face in a photo, and how sure it is that it is of its person. */
export interface FoundFace {
  readonly face: Schemas["Face"];
  readonly confidence: number | null;
}

interface Props {
  /** Of the original, in pixels, as the boxes are. */
  readonly width: number;
  readonly height: number;
  readonly faces: readonly FoundFace[];
  readonly labelOf: (face: Schemas["Face"]) => string;
  readonly onAsk: (found: FoundFace) => void;
}

/** Boxes over a picture with whose faces they are and how sure that is; each is a way to say who it is. */
export function FaceBoxes({ width, height, faces, labelOf, onAsk }: Props) {
  return (
    <ul className="face-boxes" aria-label="Faces">
      {faces.map((found) => {
        const { face, confidence } = found;
        const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = face.box;
        const place = {
          left: `${(x1 / width) * 100}%`,
          top: `${(y1 / height) * 100}%`,
          width: `${((x2 - x1) / width) * 100}%`,
          height: `${((y2 - y1) / height) * 100}%`,
        };
        return (
          <li key={face.id} style={place}>
            <button type="button" onClick={() => onAsk(found)}>
              <span className="note">
                <span className="label">{labelOf(face)}</span>
                {confidence !== null && <small>{sure(confidence)} sure</small>}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
