import { type ChangeEvent, useState, useSyncExternalStore } from "react";
import { messageOf } from "../shared/api.ts";
import { percent, plural } from "../shared/ui.tsx";
import { DropZone } from "./drop-zone.tsx";
import { choosable, droppedFiles, picturesOf } from "./dropped-files.ts";
import { brokenOff } from "./send-file.ts";
import { mayRetry, type UploadFile, uploadsOf } from "./uploads.ts";

/** A list of thousands would slow the page down; those that need attention come first. */
const mostShown = 100;

const order = { failed: 0, sending: 1, waiting: 2, known: 3, added: 4 } as const;

interface Props {
  readonly eventId: string;
  /** There is nothing else to do yet. */
  readonly first?: boolean;
}

export function UploadPanel({ eventId, first = false }: Props) {
  const queue = uploadsOf(eventId);
  const { files, offline } = useSyncExternalStore(queue.subscribe, () => queue.shown);
  const left = files.length === 0 ? brokenOff(eventId) : 0;
  const [error, setError] = useState("");
  const drop = (dropped: DataTransfer) => {
    droppedFiles(dropped).then(
      (found) => queue.add(found),
      (failure: unknown) => setError(`The folder could not be read: ${messageOf(failure)}`),
    );
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    queue.add(picturesOf(event.target.files));
    event.target.value = "";
  };
  return (
    <section className="stack" aria-label="Add photos">
      <DropZone className={first ? "first" : ""} onDrop={drop}>
        <p className="with-mouse">
          <strong>Drop photos or whole folders here</strong>
        </p>
        <div className="row">
          <FileButton label="Choose photos" primary={first} onChange={choose} />
          <FileButton label="Choose a folder" folder onChange={choose} />
        </div>
      </DropZone>
      {error && <p role="alert">{error}</p>}
      {left > 0 && (
        <p className="card" role="status">
          {plural(left, "photo was", "photos were")} on the way when this page was closed. Choose the same files again:
          what arrived is not sent twice.
        </p>
      )}
      {offline && (
        <p className="problem" role="status">
          The server cannot be reached. Sending goes on by itself when it is back; leave this page open.
        </p>
      )}
      {files.length > 0 && <FileList files={files} onRetry={() => queue.retry()} onClear={() => queue.clear()} />}
    </section>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly folder?: boolean;
  readonly primary?: boolean;
  readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
}

function FileButton({ label, folder = false, primary = false, onChange }: FileButtonProps) {
  return (
    <label className={`button file ${folder ? "with-mouse" : ""} ${primary ? "primary" : ""}`}>
      {label}
      <input
        className="visually-hidden"
        type="file"
        multiple
        {...(folder ? { webkitdirectory: "" } : { accept: choosable })}
        onChange={onChange}
      />
    </label>
  );
}

interface FileListProps {
  readonly files: readonly UploadFile[];
  readonly onRetry: () => void;
  readonly onClear: () => void;
}

function FileList({ files, onRetry, onClear }: FileListProps) {
  const count = (wanted: UploadFile["state"]) => files.filter(({ state }) => state === wanted).length;
  const [known, failed] = [count("known"), count("failed")];
  const again = files.filter(mayRetry).length;
  const finished = count("added") + known + failed;
  const parts = files.reduce((sum, { state, sent }) => sum + (state === "failed" ? 1 : sent), 0);
  const sorted = files.toSorted((a, b) => order[a.state] - order[b.state]);
  return (
    <div className="card stack">
      <div className="row between">
        <p role="status">
          {finished < files.length
            ? `Sent ${finished} of ${plural(files.length, "file")}.`
            : `${plural(count("added"), "photo")} added, ${known} ${known === 1 ? "was" : "were"} here already, ${failed} refused.`}
        </p>
        <div className="row">
          {again > 0 && (
            <button type="button" onClick={onRetry}>
              Retry {again}
            </button>
          )}
          {finished > 0 && (
            <button type="button" className="quiet" onClick={onClear}>
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
  return state === "known" ? "was here already" : messageOf(error);
}
