import { type FormEvent, useCallback, useEffect, useState } from "react";
import { api, ask, messageOf, Offline, onSignedOut, Refusal, type Schemas, tell } from "../shared/api.ts";
import { useBrandColour } from "../shared/brand.ts";
import { Field, Loading, Notice, Problem } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { useFocusKept } from "../shared/use-focus-kept.ts";
import { Consent } from "./consent.tsx";
import { GuestPhotos } from "./guest-photos.tsx";
import { Selfie, stillComing } from "./selfie.tsx";

type Home = Schemas["GuestHome"];

type Start =
  | { readonly kind: "inside"; readonly home: Home }
  | { readonly kind: "pin"; readonly accent: string | null }
  | { readonly kind: "no-link" };

/** Also when they said of each that it is of somebody else: they can bring them back. */
function hasPhotos({ photos, notMe }: Home): boolean {
  return photos + notMe > 0;
}

/** A link that was opened before works without its secret, by the cookie. */
async function start(): Promise<Start> {
  const secret = window.location.hash.slice(1);
  if (secret !== "") {
    const { event, pinRequired, entered } = await ask(api.POST("/api/guest/invitation", { body: { secret } }));
    if (!entered && pinRequired) return { kind: "pin", accent: event.accent };
    if (!entered) await tell(api.POST("/api/guest/session", { body: { secret } }));
  }
  const home = await knownHome();
  return home ? { kind: "inside", home } : { kind: "no-link" };
}

async function knownHome(): Promise<Home | undefined> {
  try {
    return await ask(api.GET("/api/guest"));
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

/** Organisers are known, but not as guests. */
function isUnknown(error: unknown): boolean {
  return error instanceof Refusal && (error.status === 401 || error.status === 403);
}

/** A link that is opened in the tab of another one changes no more than what comes after the #. */
export function GuestApp() {
  const [visit, setVisit] = useState({ number: 0, wasInside: false });
  const begin = useCallback((wasInside: boolean) => setVisit(({ number }) => ({ number: number + 1, wasInside })), []);
  const end = useCallback(() => begin(true), [begin]);
  useEffect(() => {
    const anew = () => begin(false);
    window.addEventListener("hashchange", anew);
    return () => window.removeEventListener("hashchange", anew);
  }, [begin]);
  return <Visit key={visit.number} wasInside={visit.wasInside} onOver={end} />;
}

interface VisitProps {
  /** They were let out a moment ago. */
  readonly wasInside: boolean;
  readonly onOver: () => void;
}

function Visit({ wasInside, onOver }: VisitProps) {
  const { data, error, reload } = useData("start", start);
  const [left, setLeft] = useState(false);
  const accent = data?.kind === "inside" ? data.home.event.accent : data?.kind === "pin" ? data.accent : null;
  useBrandColour(accent);
  const wide = !left && data?.kind === "inside" && (hasPhotos(data.home) || data.home.view === "all");
  return (
    <main key={wide ? "wide" : "narrow"} className={wide ? "page guest" : "page narrow guest"} tabIndex={-1}>
      {left && <Left />}
      {!left && error !== undefined && <Trouble error={error} reload={reload} />}
      {!left && !data && error === undefined && <Loading what="the event" />}
      {!left && data?.kind === "no-link" && (wasInside ? <Over /> : <NoLink />)}
      {!left && data?.kind === "pin" && <Pin onDone={reload} />}
      {!left && data?.kind === "inside" && (
        <Inside home={data.home} reload={reload} onLeave={() => setLeft(true)} onOver={onOver} />
      )}
    </main>
  );
}

/** A link that is over needs another link; a network that is away needs patience. */
function Trouble({ error, reload }: { readonly error: unknown; readonly reload: () => void }) {
  if (error instanceof Offline) {
    return (
      <Notice
        title="You are offline"
        sign="⚡"
        role="alert"
        text="Your photos are not kept on this phone, so they need the internet. Check your connection, then try again."
      >
        <button type="button" className="primary" onClick={reload}>
          Try again
        </button>
      </Notice>
    );
  }
  const code = error instanceof Refusal ? error.code : "";
  if (code === "LINK_EXPIRED" || code === "LINK_UNKNOWN") {
    return <Notice title="This link does not work" sign="✕" role="alert" text={messageOf(error)} />;
  }
  return <Problem error={error} retry={reload} />;
}

function NoLink() {
  return (
    <Notice
      title="Open your link"
      sign="⌁"
      text="Scan the QR code of the event again, or open the link that you were sent."
    />
  );
}

function Over() {
  return (
    <Notice
      title="Your visit is over"
      sign="✕"
      role="alert"
      text="The link that you came by was closed or has run out, or you had yourself forgotten. Ask whoever sent it for a new one."
    />
  );
}

function Left() {
  return (
    <Notice
      title="You are forgotten"
      sign="✓"
      role="status"
      text="Everything that was found for you is deleted. Nothing of your face was kept. You can close this page; to look again one day, open the link again."
    />
  );
}

function Pin({ onDone }: { readonly onDone: () => void }) {
  const [pin, setPin] = useState("");
  const { busy, error, run } = useAction();
  useFocusKept();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => {
      await tell(api.POST("/api/guest/session", { body: { secret: window.location.hash.slice(1), pin: pin.trim() } }));
      onDone();
    });
  };
  return (
    <>
      <h1>Type in the PIN</h1>
      <form className="card stack" onSubmit={submit}>
        <Field label="PIN" hint="The organiser gave it to you, or it is on the poster.">
          {(ids) => (
            <input
              {...ids}
              className="pin"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              value={pin}
              onChange={(e) => setPin(e.target.value)}
            />
          )}
        </Field>
        <Problem error={error} />
        <button type="submit" className="primary" disabled={busy}>
          Continue
        </button>
      </form>
    </>
  );
}

/** Forgets the guest. False when they were not known any more. */
async function isForgotten(): Promise<boolean> {
  try {
    await tell(api.DELETE("/api/guest"));
    return true;
  } catch (error) {
    if (isUnknown(error)) return false;
    throw error;
  }
}

interface InsideProps {
  readonly home: Home;
  readonly reload: () => void;
  readonly onLeave: () => void;
  /** Told when the server does not know the guest any more. */
  readonly onOver: () => void;
}

function Inside({ home, reload, onLeave, onOver }: InsideProps) {
  const [again, setAgain] = useState(false);
  const [settled, setSettled] = useState(false);
  const settle = useCallback(() => setSettled(true), []);
  const [allSettled, setAllSettled] = useState(false);
  const settleAll = useCallback(() => setAllSettled(true), []);
  const [marks, setMarks] = useState(0);
  const marked = useCallback(() => setMarks((before) => before + 1), []);
  const forgetting = useAction();
  useFocusKept();
  useEffect(() => {
    document.title = home.event.name;
  }, [home.event.name]);
  // Whoever is being forgotten is not known any more as they wish, and must not be let in again by that.
  useEffect(() => (forgetting.busy ? undefined : onSignedOut(onOver)), [forgetting.busy, onOver]);
  const forget = () =>
    forgetting.run(async () => {
      if (!(await isForgotten())) return onOver();
      window.history.replaceState(null, "", "/g");
      onLeave();
    });
  const found = hasPhotos(home) && !again;
  const isOpen = home.view === "all";
  // Favourites among all photos are something to forget, too.
  const isKnown = home.consentGiven || hasPhotos(home) || isOpen;
  return (
    <>
      {home.event.logo !== null && <img className="logo" src={`/api/guest/logo?v=${home.event.logo}`} alt="" />}
      <h1>{home.event.name}</h1>
      {!home.searchOpen && (
        <p className="card">
          The organiser has not opened the search with a selfie.{" "}
          {home.view === "matches" && "Ask them, or come back later."}
        </p>
      )}
      {home.searchOpen && !home.consentGiven && <Consent text={home.consent} onDone={reload} />}
      {home.searchOpen && home.consentGiven && !found && (
        <Selfie
          onFound={() => {
            setAgain(false);
            reload();
          }}
          onBack={again ? () => setAgain(false) : undefined}
        />
      )}
      {found && (
        <GuestPhotos
          source="mine"
          marks={marks}
          onMarked={marked}
          onSearchAgain={() => setAgain(true)}
          onSettled={settle}
        />
      )}
      {found && settled && home.photosPending > 0 && (
        <p className="hint" role="status">
          {stillComing(home.photosPending)} Take another selfie in a few minutes, to see whether you are in more.
        </p>
      )}
      {isOpen && <GuestPhotos source="all" marks={marks} onMarked={marked} onSettled={settleAll} />}
      {isKnown && (settled || !found) && (allSettled || !isOpen) && (
        <footer className="stack forget">
          <Problem error={forgetting.error} />
          <button type="button" className="danger" disabled={forgetting.busy} onClick={forget}>
            Forget me
          </button>
          <p className="hint">
            Deletes at once what was found for you, and your favourites. The photos stay with the organiser.
          </p>
        </footer>
      )}
    </>
  );
}
