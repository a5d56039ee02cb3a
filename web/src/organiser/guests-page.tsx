import { type FormEvent, useState } from "react";
import { api, ask, everyPage, type Schemas, tell } from "../shared/api.ts";
import { day, dayField, endOfDay, Field, lastDay, Problem, plural } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { AskFirst } from "./ask-first.tsx";
import { OnlyHereSoon } from "./only-here.tsx";
import { type Made, Poster } from "./poster.tsx";

interface Props {
  readonly event: Schemas["Event"];
  readonly onChange: () => void;
}

interface Rights {
  readonly guestSearch?: boolean;
  readonly guestView?: "matches" | "all";
}

/**
 * The last link of each event whose poster was not left by Back. It is shown this once, so whoever looks at another page
 * meanwhile finds it again.
 */
const shown = new Map<string, Made>();

function useMade(eventId: string) {
  const [made, setMade] = useState(shown.get(eventId));
  const set = (next: Made | undefined) => {
    if (next) shown.set(eventId, next);
    else shown.delete(eventId);
    setMade(next);
  };
  return [made, set] as const;
}

export function GuestsPage({ event, onChange }: Props) {
  const params = { path: { eventId: event.id } };
  const links = useData(event.id, async () => {
    const pages = await everyPage((query) =>
      ask(api.GET("/api/events/{eventId}/links", { params: { ...params, query } })),
    );
    return pages.flatMap((page) => page.links);
  });
  const [made, setMade] = useMade(event.id);
  const { busy, error, run } = useAction();
  // Shown at once; the event itself follows when the server has it.
  const [wanted, setWanted] = useState<Rights>({});
  const { guestSearch, guestView } = { ...event, ...wanted };
  const set = (body: Rights) => {
    setWanted({ ...wanted, ...body });
    run(async () => {
      try {
        await ask(api.PATCH("/api/events/{eventId}", { params, body }));
      } catch (failure) {
        setWanted({});
        throw failure;
      }
      onChange();
    });
  };
  const revoke = async (linkId: string) => {
    const path = { eventId: event.id, linkId };
    await tell(api.DELETE("/api/events/{eventId}/links/{linkId}", { params: { path } }));
    links.reload();
  };
  if (made)
    return <Poster event={{ ...event, guestSearch, guestView }} made={made} onBack={() => setMade(undefined)} />;
  return (
    <section className="settings" aria-label="Guests">
      <div className="stack">
        <div className="card stack tight">
          <h2>What guests may do</h2>
          <label className="row">
            <input
              type="checkbox"
              checked={guestSearch}
              disabled={busy}
              onChange={(change) => set({ guestSearch: change.target.checked })}
            />
            Guests may find themselves with a selfie
          </label>
          <p className="hint">
            Off until you turn it on. Each guest is told what happens to their face and has to agree first. Selfies are
            never saved.
          </p>
          <label className="row">
            <input
              type="checkbox"
              checked={guestView === "all"}
              disabled={busy}
              onChange={(change) => set({ guestView: change.target.checked ? "all" : "matches" })}
            />
            Guests may look through all photos, not only their own
          </label>
          <Problem error={error ?? links.error} />
        </div>
        <NewLink
          eventId={event.id}
          onMade={(link) => {
            setMade(link);
            links.reload();
          }}
        />
      </div>
      {links.data && (
        <section className="card stack" aria-labelledby="links">
          <h2 id="links">{links.data.length === 0 ? "No links yet" : plural(links.data.length, "link")}</h2>
          {links.data.length === 0 && (
            <p className="muted">Make one, and print its QR code as a poster or send it to your guests.</p>
          )}
          <ul className="lines">
            {links.data.map((link) => (
              <LinkLine key={link.id} link={link} onRevoke={() => revoke(link.id)} />
            ))}
          </ul>
          <OnlyHereSoon />
        </section>
      )}
    </section>
  );
}

interface LinkLineProps {
  readonly link: Schemas["Link"];
  readonly onRevoke: () => Promise<void>;
}

function LinkLine({ link, onRevoke }: LinkLineProps) {
  return (
    <li>
      <h3>{link.label}</h3>
      {link.revokedAt ? (
        <span className="tag">Closed on {day(link.revokedAt)}</span>
      ) : (
        <AskFirst
          label="Close this link …"
          title={`Close “${link.label}”?`}
          text="Its posters and QR codes stop working, and guests who used it can no longer see photos. This cannot be undone: they need another link then."
          yes="Close it for good"
          act={onRevoke}
        />
      )}
      <p className="hint">
        {plural(link.guests, "guest")}, {plural(link.searches, "search", "searches")}. Made {day(link.createdAt)}
        {link.hasPin && ", with a PIN"}
        {link.expiresAt && `, works until ${day(link.expiresAt)}`}.
      </p>
    </li>
  );
}

function NewLink({ eventId, onMade }: { readonly eventId: string; readonly onMade: (made: Made) => void }) {
  const [label, setLabel] = useState("");
  const [pin, setPin] = useState("");
  const [until, setUntil] = useState("");
  const { busy, error, run } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => {
      const body = {
        ...(label === "" ? {} : { label }),
        pin: pin === "" ? null : pin,
        expiresAt: endOfDay(until),
      };
      const { url } = await ask(api.POST("/api/events/{eventId}/links", { params: { path: { eventId } }, body }));
      onMade({ url, pin });
    });
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>Make a link for guests</h2>
      <Field label="For whom" hint="Only you see this, to tell your links apart.">
        {(ids) => (
          <input
            {...ids}
            maxLength={120}
            placeholder="Guests"
            value={label}
            onChange={(e) => setLabel(e.target.value)}
          />
        )}
      </Field>
      <Field label="PIN, if you like" hint="4 to 8 digits that guests type in after opening the link.">
        {(ids) => (
          <input
            {...ids}
            inputMode="numeric"
            pattern="[0-9]{4,8}"
            value={pin}
            onChange={(e) => setPin(e.target.value)}
          />
        )}
      </Field>
      <Field label="Works until" hint="Leave it empty to have it work until you close it.">
        {(ids) => (
          <input
            {...ids}
            type="date"
            min={dayField(Date.now())}
            max={lastDay}
            value={until}
            onChange={(e) => setUntil(e.target.value)}
          />
        )}
      </Field>
      <Problem error={error} />
      <button type="submit" className="primary" disabled={busy}>
        Make the link
      </button>
    </form>
  );
}
