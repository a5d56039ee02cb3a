import { type ChangeEvent, type FormEvent, useState } from "react";
import { api, ask, putPicture, type Schemas, tell } from "../shared/api.ts";
import { Field, Problem, SaveRow } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { useDraft } from "../shared/use-draft.ts";
import { BrandPreview } from "./brand-preview.tsx";
import { drawText } from "./text-mark.ts";

interface Props {
  readonly event: Schemas["Event"];
  readonly onChange: () => void;
}

/** Rollcall's own, where the organiser chose none. */
const usualAccent = "#4450d6";

async function upload(eventId: string, kind: "logo" | "text-mark", picture: Blob): Promise<void> {
  await putPicture(`/api/events/${eventId}/branding/${kind}`, picture);
}

/** What guests see: name, colour and logo of their page, and what is put on the photos they download. */
export function EventBranding({ event, onChange }: Props) {
  const params = { path: { eventId: event.id } };
  const [title, setTitle] = useDraft(event.guestTitle ?? "");
  const [accent, setAccent] = useDraft(event.accent);
  const [watermark, setWatermark] = useDraft(event.watermark);
  const [text, setText] = useState("");
  const [saved, setSaved] = useState(false);
  const { busy, error, run } = useAction();
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    run(async () => {
      if (watermark === "text" && text.trim() !== "") await upload(event.id, "text-mark", await drawText(text.trim()));
      const guestTitle = title.trim() === "" ? null : title.trim();
      // What was not changed here may be changed elsewhere meanwhile.
      const body = {
        ...(guestTitle === event.guestTitle ? {} : { guestTitle }),
        ...(accent === event.accent ? {} : { accent }),
        ...(watermark === event.watermark ? {} : { watermark }),
      };
      await ask(api.PATCH("/api/events/{eventId}", { params, body }));
      setText("");
      setSaved(true);
      onChange();
    });
  };
  const chooseLogo = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    target.value = "";
    if (file) run(() => upload(event.id, "logo", file).then(onChange));
  };
  const removeLogo = () =>
    run(async () => {
      const path = { eventId: event.id, picture: "logo" as const };
      await tell(api.DELETE("/api/events/{eventId}/branding/{picture}", { params: { path } }));
      if (watermark === "logo") setWatermark("none");
      onChange();
    });
  const choices = [
    ["none", "Nothing", true],
    ["logo", event.logo === null ? "The logo, once there is one" : "The logo", event.logo !== null],
    ["text", "A text", true],
  ] as const;
  return (
    <form className="card stack" onSubmit={submit} onChange={() => setSaved(false)} aria-labelledby="branding">
      <h2 id="branding">What guests see</h2>
      <Field label="Name for guests" hint="Leave it empty to use the event's name.">
        {(ids) => <input {...ids} maxLength={120} value={title} onChange={(e) => setTitle(e.target.value)} />}
      </Field>
      <Field
        label="Colour of the guest page"
        hint="Made darker in light mode and lighter in dark mode where text would be hard to read."
      >
        {(ids) => (
          <input {...ids} type="color" value={accent ?? usualAccent} onChange={(e) => setAccent(e.target.value)} />
        )}
      </Field>
      <div className="row">
        <label className="button file">
          {event.logo === null ? "Choose a logo" : "Choose another logo"}
          <input
            className="visually-hidden"
            type="file"
            accept="image/png,image/webp,image/jpeg"
            disabled={busy}
            onChange={chooseLogo}
          />
        </label>
        {event.logo !== null && (
          <button type="button" className="danger" disabled={busy} onClick={removeLogo}>
            Remove the logo
          </button>
        )}
      </div>
      <fieldset className="stack tight">
        <legend>On photos that guests open large or download</legend>
        {choices.map(([value, label, possible]) => (
          <label className="row" key={value}>
            <input
              type="radio"
              name="watermark"
              value={value}
              checked={watermark === value}
              disabled={!possible}
              onChange={() => setWatermark(value)}
            />
            {label}
          </label>
        ))}
        {watermark === "text" && (
          <Field label="Text" hint={event.textMark === null ? "" : "Leave it empty to keep the text that is there."}>
            {(ids) => (
              <input
                {...ids}
                maxLength={60}
                required={event.textMark === null}
                value={text}
                onChange={(e) => setText(e.target.value)}
              />
            )}
          </Field>
        )}
      </fieldset>
      <BrandPreview
        event={event}
        title={title.trim() === "" ? event.name : title.trim()}
        accent={accent ?? usualAccent}
        watermark={watermark}
        text={text.trim()}
      />
      <Problem error={error} />
      <SaveRow busy={busy} saved={saved} />
    </form>
  );
}
