import type { Schemas } from "../shared/api.ts";
import { Picture } from "../shared/picture.tsx";
import { percent, sure } from "../shared/ui.tsx";
import { lost } from "./lost-photo.ts";
import { QueryFace } from "./query-face.tsx";
import { Link } from "./router.tsx";

interface Props {
  readonly eventId: string;
  /** Of the picture that was looked for. */
  readonly url: string;
  readonly answer: Schemas["SearchAnswer"];
  readonly match: Schemas["Match"];
  /** Whether it is at least as sure as is asked for. */
  readonly inside: boolean;
  readonly onOpen: () => void;
}

/** A face that may be of the person, beside that of the picture, with how sure that is and by what. */
export function MatchCard({ eventId, url, answer, match, inside, onOpen }: Props) {
  const { photo, face, person, confidence, similarity, distance, margin } = match;
  return (
    <li className={inside ? "card match" : "card match leaving"}>
      <div className="pair">
        {answer.query && <QueryFace url={url} box={answer.query.box} />}
        <Picture
          src={`/api/events/${eventId}/faces/${face.id}/crop`}
          alt={`Found in ${photo.name}`}
          loading="lazy"
          gone={(why) => <p className="lost">{lost(why)}</p>}
        />
      </div>
      <div className="row between">
        <span className="big">
          {sure(confidence)}
          {!inside && <span className="visually-hidden">, less than asked for</span>}
        </span>
        <button type="button" className="quiet link" aria-label={`Whole photo ${photo.name}`} onClick={onOpen}>
          Whole photo
        </button>
      </div>
      {person && <Link to={`/events/${eventId}/people/${person.id}`}>{person.name ?? "This person's photos"}</Link>}
      <dl className="measures">
        <Measure what="Similarity" value={similarity.toFixed(3)} />
        <Measure what="Distance" value={distance.toFixed(3)} />
        <Measure what="Face quality" value={percent(face.quality)} />
      </dl>
      {(margin !== null || face.qualityReasons.length > 0) && (
        <p className="hint">
          {margin !== null && `${compared(margin)} `}
          {face.qualityReasons.length > 0 && `${sentence(face.qualityReasons.join("; "))}.`}
        </p>
      )}
    </li>
  );
}

function Measure({ what, value }: { readonly what: string; readonly value: string }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param margin similarity beyond that of the best face of anybody else */
function compared(margin: number): string {
  return margin > 0 ? `Closer than anybody else, by ${margin.toFixed(3)}.` : "Another person looks closer.";
}
