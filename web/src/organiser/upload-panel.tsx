import { useSyncExternalStore } from "react";
import { messageOf } from "../shared/api.ts";
import { percent, plural } from "../shared/ui.tsx";
import { DropZone } from "./drop-zone.tsx";
import { FileButton } from "./file-button.tsx";
import { brokenOff } from "./send-file.ts";
import { mayRetry, stillToSend, type UploadFile, type UploadQueue, uploadsOf } from "./uploads.ts";
import { useDropped } from "./use-dropped.ts";

/** A list of thousands would slow the page down; those that need attention come first. */
const mostShown = 100;

const order = { failed: 0, stopped: 1, sending: 2, waiting: 3, known: 4, added: 5 } as const;

interface Props {
  readonly eventId: string;
  /** There is nothing else to do yet. */
  readonly first?: boolean;
}

export function UploadPanel({ eventId, first = false }: Props) {
  const queue = uploadsOf(eventId);
  const { files, offline } = useSyncExternalStore(queue.subscribe, () => queue.shown);
  const left = files.length === 0 ? brokenOff(eventId) : 0;
  const { error, take } = useDropped(eventId);
  const add = (chosen: readonly File[]) => queue.add(chosen);
  return (
    <section className="stack" aria-label="Add photos">
      <DropZone className={first ? "first" : ""} onDrop={take}>
        <p className="with-mouse">
          <strong>Drop photos or whole folders here</strong>
        </p>
        <div className="row">
          <FileButton label="Choose photos" primary={first} onFiles={add} />
          <FileButton label="Choose a folder" folder onFiles={add} />
        </div>
      </DropZone>
      {error && <p role="alert">{error}</p>}
      {left > 0 && (
        <p className="card" role="status">
          {plural(left, "photo was", "photos were")} on the way when this page was closed. Choose the same files again:
          what arrived is not sent twice.
        </p>
      )}
      {offline && stillToSend(files) > 0 && (
        <p className="problem" role="status">
          The server cannot be reached. Sending goes on by itself when it is back; leave this page open.
        </p>
      )}
      {files.length > 0 && <FileList files={files} queue={queue} />}
    </section>
  );
}

interface FileListProps {
  readonly files: readonly UploadFile[];
  readonly queue: UploadQueue;
}

function FileList({ files, queue }: FileListProps) {
  const count = (wanted: UploadFile["state"]) => files.filter(({ state }) => state === wanted).length;
  const stopped = count("stopped");
  const again = files.filter(mayRetry).length;
  const toSend = stillToSend(files);
  const finished = files.length - toSend;
  const parts = files.reduce((sum, { state, sent }) => sum + (state === "failed" ? 1 : sent), 0);
  const sorted = files.toSorted((a, b) => order[a.state] - order[b.state]);
  return (
    <div className="card stack">
      <div className="row between">
        <p role="status">
          {toSend > 0
            ? `Sent ${finished} of ${plural(files.length, "file")}.`
            : `${plural(count("added"), "photo")} added, ${count("known")} already here, ${count("failed")} could not be added${stopped > 0 ? `, ${stopped} not sent` : ""}.`}
        </p>
        <div className="row">
          {toSend > 0 && (
            <button type="button" onClick={() => queue.stop()}>
              Stop sending
            </button>
          )}
          {again > 0 && (
            <button type="button" onClick={() => queue.retry()}>
              {stopped > 0 ? `Send the other ${again}` : `Try ${again} again`}
            </button>
          )}
          {finished > 0 && (
            <button type="button" className="quiet" onClick={() => queue.clear()}>
              Clear the list
            </button>
          )}
        </div>
      </div>
      <progress aria-label="Files sent" max={files.length} value={parts} />
      <ul className="files">
        {sorted.slice(0, mostShown).map((one) => (
          <li key={one.id}>
            <span>{one.file.name}</span>
            <span className={one.state === "failed" ? "danger" : "muted"}>{describe(one)}</span>
          </li>
        ))}
      </ul>
      {files.length > mostShown && <p className="hint">and {files.length - mostShown} more</p>}
    </div>
  );
}

function describe({ state, sent, error }: UploadFile): string {
  if (state === "waiting") return "waiting";
  if (state === "sending") return percent(sent);
  if (state === "added") return "added";
  if (state === "stopped") return "not sent";
  return state === "known" ? "was here already" : messageOf(error);
}
