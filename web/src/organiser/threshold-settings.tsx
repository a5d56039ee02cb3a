import { type FormEvent, useId, useState } from "react";
import { api, ask, type Schemas, tell } from "../shared/api.ts";
import { Loading, Problem, percent, plural } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";

type Preview = Schemas["ThresholdPreview"];

interface SliderProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Slider({ value, onChange }: SliderProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>
        A match counts when it is at least <strong>{percent(value)}</strong> sure
      </label>
      <input
        id={id}
        type="range"
        min="0.01"
        max="0.99"
        step="0.01"
        value={value}
        aria-valuetext={percent(value)}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </>
  );
}

interface ServerProps {
  readonly threshold: number;
  readonly onChange: () => void;
}

/** For events that have no threshold of their own. */
export function ServerThreshold({ threshold, onChange }: ServerProps) {
  const [value, setValue] = useState(threshold);
  const { busy, error, run } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(() => tell(api.PATCH("/api/settings", { body: { threshold: value } })).then(onChange));
  };
  return (
    <form className="card stack" onSubmit={submit} aria-labelledby="matches">
      <h2 id="matches">Matches</h2>
      <Slider value={value} onChange={setValue} />
      <p className="hint">
        For your searches and those of guests, in every event that has no setting of its own. The settings of an event
        show what a change does there.
      </p>
      <Problem error={error} />
      <div className="row">
        <button type="submit" disabled={busy || value === threshold}>
          Save
        </button>
      </div>
    </form>
  );
}

interface EventProps {
  readonly event: Schemas["Event"];
  readonly onChange: () => void;
}

export function EventThreshold({ event, onChange }: EventProps) {
  const params = { path: { eventId: event.id } };
  const { data, error, reload } = useData(`threshold ${event.id}`, () =>
    ask(api.GET("/api/events/{eventId}/threshold", { params })),
  );
  const [moved, setMoved] = useState<number>();
  const saving = useAction();
  const save = (threshold: number | null) =>
    saving.run(async () => {
      await ask(api.PATCH("/api/events/{eventId}", { params, body: { threshold } }));
      setMoved(undefined);
      reload();
      onChange();
    });
  return (
    <section className="card stack" aria-labelledby="matches">
      <h2 id="matches">Matches</h2>
      <Problem error={error} retry={reload} />
      {!data && error === undefined && (
        <div className="threshold-soon">
          <Loading what="what a change would do" />
        </div>
      )}
      {data && (
        <>
          <Slider value={moved ?? data.threshold} onChange={setMoved} />
          <div role="status" className="stack">
            <Effects preview={data} value={moved ?? data.threshold} />
          </div>
          <Problem error={saving.error} />
          <div className="row">
            <button
              type="button"
              className="primary"
              disabled={saving.busy || moved === undefined || moved === data.threshold}
              onClick={() => moved !== undefined && save(moved)}
            >
              Save
            </button>
            {event.threshold !== null && (
              <button type="button" disabled={saving.busy} onClick={() => save(null)}>
                As in all events ({percent(data.serverThreshold)})
              </button>
            )}
          </div>
        </>
      )}
    </section>
  );
}

function Effects({ preview, value }: { readonly preview: Preview; readonly value: number }) {
  const { people, photos, own, others, guests, threshold } = preview;
  const found = from(own, value) - from(own, threshold);
  const wrong = from(others, value) - from(others, threshold);
  const known = from(guests, 0);
  const leaving = from(guests, threshold) - from(guests, value);
  return (
    <>
      {people > 0 ? (
        <p>
          If {plural(people, "person", "people")} of this event looked for themselves with their best face, they would
          find {from(own, value)} of the {plural(photos, "other photo")} they are in, and{" "}
          {plural(from(others, value), "photo")} of somebody else
          {value !== threshold &&
            `: ${signed(found)} right and ${signed(wrong)} wrong ${Math.abs(wrong) === 1 ? "one" : "ones"} than at ${percent(threshold)}`}
          .
        </p>
      ) : (
        <p>Nobody is in two photos yet, so nothing can be tried out.</p>
      )}
      {known > 0 && (
        <p>
          {leaving > 0 &&
            `Of ${plural(from(guests, threshold), "photo")} that guests see as theirs now, ${leaving} would not be shown any more.`}
          {leaving < 0 && `Guests would see ${plural(-leaving, "more photo")} that they had found before.`}
          {leaving === 0 && `Nothing changes in the ${plural(from(guests, value), "photo")} that guests see as theirs.`}
          {value < threshold && " They find any others when they search again."}
        </p>
      )}
      <p className="hint">Who is in which photo is taken from the people as they are grouped and corrected now.</p>
    </>
  );
}

/** Those at this confidence or above, of counts by the hundredth. */
function from(counts: readonly number[], confidence: number): number {
  return counts.slice(Math.round(confidence * 100)).reduce((sum, count) => sum + count, 0);
}

function signed(count: number): string {
  return count > 0 ? `${count} more` : count < 0 ? `${-count} fewer` : "no more";
}
