import { type ChangeEvent, useEffect, useRef, useState } from "react";
import { Refusal, type Schemas, sendPicture } from "../shared/api.ts";
import { CameraButton } from "../shared/camera.tsx";
import { Problem, percent, plural } from "../shared/ui.tsx";
import { Shelf, useAction } from "../shared/use-data.ts";
import { DropZone } from "./drop-zone.tsx";
import { Lightbox } from "./lightbox.tsx";
import { MatchCard } from "./match-card.tsx";
import { Link } from "./router.tsx";
import type { Undo } from "./undo.tsx";
import { isWorthRetrying } from "./worth-retrying.ts";

type Answer = Schemas["SearchAnswer"];

interface Found {
  readonly file: Blob;
  readonly answer: Answer;
}

/** What was found last in an event, in the memory of this page alone: looking at a result and going back keeps it. */
const shelf = new Shelf<Found>();

interface Query {
  readonly file: Blob;
  readonly url: string;
}

function useUrl(file: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!file) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}

/** Everything with any likelihood at all is asked for, so that the slider shows what enters and leaves without asking again. */
function search(eventId: string, picture: Blob, faceIndex: number): Promise<Answer> {
  return sendPicture(`/api/events/${eventId}/searches?least=0.01&faceIndex=${faceIndex}`, picture);
}

interface Props {
  readonly eventId: string;
  /** Grows when the people of the event change. */
  readonly version: number;
  readonly undo: Undo;
}

export function SearchPage({ eventId, version, undo }: Props) {
  const [file, setFile] = useState(shelf.get(eventId)?.file);
  const [answer, setAnswer] = useState(shelf.get(eventId)?.answer);
  const url = useUrl(file);
  const query = file && url !== undefined ? { file, url } : undefined;
  const { busy, error, run } = useAction();
  const turn = useRef(0);
  const look = (file: Blob, faceIndex: number) =>
    run(async () => {
      const mine = ++turn.current;
      const found = await search(eventId, file, faceIndex);
      // An answer about the picture before must not stand beside this one.
      if (mine !== turn.current) return;
      shelf.put(eventId, { file, answer: found });
      setAnswer(found);
    });
  const start = (file: Blob | undefined) => {
    if (!file) return;
    setFile(file);
    setAnswer(undefined);
    look(file, 0);
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    start(event.target.files?.[0]);
    event.target.value = "";
  };
  const mayHelp = isWorthRetrying(error instanceof Refusal ? error.code : undefined);
  return (
    <section className="stack" aria-label="Search">
      <DropZone className={file ? "compact" : ""} onDrop={({ files }) => start(files[0])}>
        <p className="with-mouse">
          <strong>Drop a picture of a person here</strong> to find the photos they are in.
        </p>
        <div className="row">
          <label className="button file primary">
            Choose a picture
            <input className="visually-hidden" type="file" accept="image/*,.heic" onChange={choose} />
          </label>
          <CameraButton label="Use the camera" onPicture={start} />
        </div>
        <p className="hint">The picture is looked at in memory and is not saved.</p>
      </DropZone>
      {busy && (
        <p className="note-box busy" role="status">
          Looking for this face …
        </p>
      )}
      {!file && (
        <p className="muted">
          Looking for two people together, for any of several, or for somebody alone?{" "}
          <Link to={`/events/${eventId}/photos`}>Choose people above the photos</Link>.
        </p>
      )}
      <Problem error={error} {...(file && mayHelp ? { retry: () => look(file, 0) } : {})} />
      {answer && query && (
        <div className="found">
          {answer.pictureFaces.length > 1 && (
            <ChooseFace query={query} answer={answer} onChoose={(index) => look(query.file, index)} />
          )}
          <Results
            key={`${query.url} ${answer.query?.faceIndex}`}
            eventId={eventId}
            url={query.url}
            answer={answer}
            version={version}
            undo={undo}
          />
        </div>
      )}
    </section>
  );
}

interface ChooseProps {
  readonly query: Query;
  readonly answer: Answer;
  readonly onChoose: (index: number) => void;
}

function ChooseFace({ query, answer, onChoose }: ChooseProps) {
  const [size, setSize] = useState<{ width: number; height: number }>();
  return (
    <div className="card stack">
      <h2>Who are you looking for?</h2>
      <div className="choose">
        <img
          src={query.url}
          alt="What you chose"
          onLoad={({ currentTarget }) =>
            setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
          }
        />
        {size &&
          answer.pictureFaces.map(({ box: [x1 = 0, y1 = 0, x2 = 0, y2 = 0] }, index) => (
            <button
              key={`${x1} ${y1}`}
              type="button"
              aria-label={`Face ${index + 1}`}
              aria-pressed={answer.query?.faceIndex === index}
              style={{
                left: `${(x1 / size.width) * 100}%`,
                top: `${(y1 / size.height) * 100}%`,
                width: `${((x2 - x1) / size.width) * 100}%`,
                height: `${((y2 - y1) / size.height) * 100}%`,
              }}
              onClick={() => onChoose(index)}
            />
          ))}
      </div>
    </div>
  );
}

interface ResultProps extends Props {
  readonly url: string;
  readonly answer: Answer;
}

function Results({ eventId, url, answer, version, undo }: ResultProps) {
  const [threshold, setThreshold] = useState(answer.eventThreshold);
  const [open, setOpen] = useState<string>();
  const found = answer.matches.length > 0 ? answer.matches : answer.candidates;
  const over = found.filter(({ confidence }) => confidence >= threshold).length;
  const before = found.filter(({ confidence }) => confidence >= answer.eventThreshold).length;
  return (
    <div className="stack">
      <div className="card stack">
        <div role="status">
          <h2>{headline(answer, over)}</h2>
        </div>
        {answer.reasons.length > 0 && (
          <ul>
            {answer.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
        {answer.photosPending > 0 && (
          <p className="muted">
            {plural(answer.photosPending, "photo")} {answer.photosPending === 1 ? "has" : "have"} not been looked at
            yet: the person may be there, too.
          </p>
        )}
        {answer.query && answer.query.qualityReasons.length > 0 && (
          <p className="muted">About your picture: {answer.query.qualityReasons.join("; ")}.</p>
        )}
        {found.length > 0 && (
          <div>
            <label htmlFor="threshold">
              Show what is at least <strong>{percent(threshold)}</strong> sure
            </label>
            <input
              id="threshold"
              type="range"
              min="0.01"
              max="0.99"
              step="0.01"
              value={threshold}
              aria-valuetext={percent(threshold)}
              onChange={(event) => setThreshold(Number(event.target.value))}
            />
          </div>
        )}
        <p className="hint" role="status" hidden={answer.pictureFaces.length === 0 || answer.facesCompared === 0}>
          {plural(over, "photo")} shown, {found.length - over} hidden
          {over !== before &&
            `: ${Math.abs(over - before)} ${over > before ? "more" : "fewer"} than at ${percent(answer.eventThreshold)}`}
          . Compared with {plural(answer.facesCompared, "face")} in {lasting(answer.retrievalMs)}.
        </p>
      </div>
      <ol className="matches">
        {found.map((match) => (
          <MatchCard
            key={match.face.id}
            eventId={eventId}
            url={url}
            answer={answer}
            match={match}
            inside={match.confidence >= threshold}
            onOpen={() => setOpen(match.photo.id)}
          />
        ))}
      </ol>
      {open !== undefined && (
        <Lightbox
          eventId={eventId}
          photos={found.map(({ photo }) => ({ ...photo, status: "done", error: null, takenAt: null }))}
          open={open}
          version={version}
          undo={undo}
          onMove={setOpen}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  );
}

function lasting(ms: number): string {
  return ms < 1 ? "under a millisecond" : plural(Math.round(ms), "millisecond");
}

function headline(answer: Answer, over: number): string {
  const found = answer.outcome === "found";
  if (over > 0) return `${found ? "Found" : "Perhaps"} in ${plural(over, "photo")}`;
  if (found) return "No photo is that sure";
  if (answer.pictureFaces.length === 0) return "No face in this picture";
  if (answer.facesCompared === 0) return "There are no faces in this event yet";
  if (answer.outcome === "not-found") {
    return answer.photosPending > 0 ? "Not in the photos so far" : "Not in these photos";
  }
  return "Not enough evidence to be sure";
}
