import { type FormEvent, useState } from "react";
import { api, type Schemas, tell } from "../shared/api.ts";
import { bytes, Field, Problem, plural } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";

type Models = Schemas["Settings"]["models"];
type Preset = Schemas["Models"]["preset"];

const presets = {
  fast: "Large faces, as in portraits and small groups.",
  balanced: "The faces that matter in most photos.",
  thorough: "Small faces too, several times slower.",
} as const;

const presetNames = ["fast", "balanced", "thorough"] as const;

/** "MobileFaceNet: the default embedder" and the like, in short. */
const shortly = (title: string) => title.split(":", 1)[0] ?? title;

interface Props {
  readonly settings: Schemas["Settings"];
  readonly onChange: () => void;
}

export function ModelSettings({ settings: { models, events }, onChange }: Props) {
  const { chosen, reindexes } = models;
  const { busy, error, run } = useAction();
  const under = reindexes.length > 0;
  const others = events.filter(
    (event) => event.models.embedder !== chosen.embedder || event.models.preset !== chosen.preset,
  );
  const current = models.embedders.find(({ name }) => name === chosen.embedder);
  return (
    <section className="card stack" aria-labelledby="models">
      <h2 id="models">Models</h2>
      <p>
        {under ? "Faces will be compared by " : "Faces are compared by "}
        <strong>{shortly(current?.title ?? chosen.embedder)}</strong>, and looked for with{" "}
        {shortly(models.detector.title)}, {chosen.preset}.
      </p>
      {others.length > 0 && (
        <ul>
          {others.map(({ id, name, models: { embedder, preset } }) => (
            <li key={id}>
              {name} still uses {embedder}, {preset}.
            </li>
          ))}
        </ul>
      )}
      {models.error && <Problem error={new Error(models.error.message)} />}
      <details>
        <summary>Licences, sizes and where they come from</summary>
        <ul className="stack">
          {[models.detector, ...models.embedders].map((model) => (
            <li key={model.name}>
              <strong>{model.title}</strong>. Licence: {model.licence}. {sizeOf(model)}
              {model.imported && " Imported."} <span className="muted">{model.provenance}</span>
            </li>
          ))}
        </ul>
        {models.pipelineId && (
          <p className="hint">
            Faces are compared within one set of models: <code>{models.pipelineId}</code>
          </p>
        )}
      </details>
      {under ? (
        <Reindexing models={models} busy={busy} stop={() => run(() => stop().then(onChange))} />
      ) : (
        <ChooseModels models={models} busy={busy} choose={(choice) => run(() => choose(choice).then(onChange))} />
      )}
      <Problem error={error} />
    </section>
  );
}

const choose = (body: Schemas["Models"]) => tell(api.PUT("/api/settings/models", { body }));
const stop = () => tell(api.DELETE("/api/settings/reindexes"));

function sizeOf({ ready, bytes: size }: Schemas["AvailableModel"]): string {
  if (ready) return `${bytes(size)} on this machine.`;
  return size > 0 ? `Not fetched yet: about ${bytes(size)}.` : "Not fetched yet.";
}

interface ChooseProps {
  readonly models: Models;
  readonly busy: boolean;
  readonly choose: (choice: Schemas["Models"]) => void;
}

function ChooseModels({ models, busy, choose: onChoose }: ChooseProps) {
  const [embedder, setEmbedder] = useState(models.chosen.embedder);
  const [preset, setPreset] = useState<Preset>(models.chosen.preset);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChoose({ embedder, preset });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="Faces are compared by" hint="Only models whose confidence is known can be used.">
        {(ids) => (
          <select {...ids} value={embedder} onChange={(event) => setEmbedder(event.target.value)}>
            {models.embedders.map((model) => (
              <option key={model.name} value={model.name} disabled={!model.confidence}>
                {shortly(model.title)}
                {model.confidence === "estimated" && " (confidence estimated)"}
                {!model.ready && " (will be downloaded first)"}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="How thoroughly faces are looked for" hint={presets[preset]}>
        {(ids) => (
          <select
            {...ids}
            value={preset}
            onChange={(event) => setPreset(presetNames.find((name) => name === event.target.value) ?? "balanced")}
          >
            {presetNames.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <p className="hint">
        All photos are looked at again. You and your guests go on with the faces there are, until an event has all of
        its new ones. Names, corrections and erased people stay as they are.
      </p>
      <div className="row">
        <button type="submit" disabled={busy}>
          {busy ? "Getting the models …" : "Look at all photos again with these"}
        </button>
      </div>
    </form>
  );
}

interface ReindexingProps {
  readonly models: Models;
  readonly busy: boolean;
  readonly stop: () => void;
}

function Reindexing({ models, busy, stop: onStop }: ReindexingProps) {
  return (
    <div className="stack">
      <p role="status">
        Photos of {plural(models.reindexes.length, "event")} are looked at again. Until that is done, everything goes on
        as before.
      </p>
      {models.reindexes.map(({ eventId, eventName, models: { embedder, preset }, done, total }) => (
        <div className="stack" key={eventId}>
          <p>
            {eventName}: {done} of {plural(total, "photo")} with {embedder}, {preset}
          </p>
          <progress aria-label={`Photos of ${eventName} looked at again`} max={Math.max(1, total)} value={done} />
        </div>
      ))}
      {models.stalled && <Problem error={new Error(models.stalled.message)} />}
      <div className="row">
        <button type="button" className="danger" disabled={busy} onClick={onStop}>
          Stop, and keep the faces there are
        </button>
      </div>
    </div>
  );
}
