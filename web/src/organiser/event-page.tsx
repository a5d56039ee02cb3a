import { useEffect, useSyncExternalStore } from "react";
import { api, ask, Refusal, type Schemas } from "../shared/api.ts";
import { Picture } from "../shared/picture.tsx";
import { day, Loading, Problem, plural, usePageTitle } from "../shared/ui.tsx";
import { Shelf, useData } from "../shared/use-data.ts";
import { EventSettings } from "./event-settings.tsx";
import { GuestsPage } from "./guests-page.tsx";
import { InsightsPage } from "./insights-page.tsx";
import { type Live, useLive } from "./live.ts";
import { lost } from "./lost-photo.ts";
import { NotFound } from "./not-found.tsx";
import { PeoplePage } from "./people-page.tsx";
import { PersonPage } from "./person-page.tsx";
import { PhotosPage } from "./photos-page.tsx";
import { Link } from "./router.tsx";
import { SearchPage } from "./search-page.tsx";
import { useUndo } from "./undo.tsx";
import { UploadElsewhere } from "./upload-elsewhere.tsx";
import { UploadPanel } from "./upload-panel.tsx";
import { stillToSend, uploadsOf } from "./uploads.ts";

const tabs = [
  ["", "Overview"],
  ["photos", "Photos"],
  ["people", "People"],
  ["search", "Search"],
  ["guests", "Guests"],
  ["insights", "Insights"],
  ["settings", "Event settings"],
] as const;

/** Pages that only need to know which event it is, so they load while the event does. */
const independent: readonly string[] = ["photos", "people", "search", "insights"];

/** Pages where pictures are dropped that are no photos of the event: somebody's face, a logo. */
const ownDrops: readonly string[] = ["search", "settings"];

/** Whether an address that goes on like this is a page of an event. */
export function isTab(path: string): boolean {
  return tabs.some(([known]) => known === path);
}

const shelf = new Shelf<Schemas["Event"]>();

interface Props {
  readonly eventId: string;
  readonly tab: string;
  readonly item: string;
}

export function EventPage({ eventId, tab, item }: Props) {
  const live = useLive(eventId);
  const params = { path: { eventId } };
  const event = useData(eventId, () => ask(api.GET("/api/events/{eventId}", { params })), shelf);
  const { data, reload } = event;
  const undo = useUndo(eventId);
  useEffect(() => {
    if (live.event > 0) reload();
  }, [live.event, reload]);
  const isThere = data !== undefined;
  // On a phone the tabs are wider than the page; some pages have none until the event is there.
  useEffect(() => {
    const current = isThere ? document.querySelector(`.tabs [data-tab="${tab}"]`) : null;
    current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [tab, isThere]);
  const name = data?.name ?? "Event";
  const label = tabs.find(([path]) => path === tab)?.[1] ?? "";
  usePageTitle(item === "" ? `${tab === "" ? name : `${label} – ${name}`} – Rollcall` : undefined);
  if (event.error instanceof Refusal && event.error.status === 404) return <NotFound />;
  if (!data && !(independent.includes(tab) && event.error === undefined)) {
    return (
      <div className="page">
        {event.error === undefined ? <Loading what="the event" /> : <Problem error={event.error} retry={reload} />}
      </div>
    );
  }
  return (
    <div className="page">
      <h1 className="no-print" title={name}>
        {name}
      </h1>
      <nav className="tabs no-print" aria-label="Event">
        {tabs.map(([path, label]) => (
          <Link
            key={path}
            data-tab={path}
            to={`/events/${eventId}${path && `/${path}`}`}
            {...(path === tab ? { "aria-current": "page" as const } : {})}
          >
            {label}
          </Link>
        ))}
      </nav>
      {tab !== "" && <UploadElsewhere eventId={eventId} takesPhotos={!ownDrops.includes(tab)} />}
      {tab === "" && data && <Overview event={data} live={live} />}
      {tab === "photos" && <PhotosPage eventId={eventId} live={live} undo={undo} />}
      {tab === "people" &&
        (item === "" ? (
          <PeoplePage eventId={eventId} live={live} onDecided={undo.offer} />
        ) : (
          <PersonPage key={item} eventId={eventId} eventName={name} personId={item} live={live} undo={undo} />
        ))}
      {tab === "search" && <SearchPage eventId={eventId} version={live.people} undo={undo} />}
      {tab === "guests" && data && <GuestsPage event={data} onChange={reload} />}
      {tab === "insights" && <InsightsPage eventId={eventId} eventName={name} version={live.people} />}
      {tab === "settings" && data && <EventSettings event={data} onChange={reload} />}
      {undo.bar}
    </div>
  );
}

interface OverviewProps {
  readonly event: Schemas["Event"];
  readonly live: Live;
}

function Overview({ event, live }: OverviewProps) {
  const base = `/events/${event.id}`;
  const people = live.progress?.people ?? event.people;
  const faces = live.progress?.faces ?? event.faces;
  if (event.photos === 0) {
    return (
      <>
        <UploadPanel eventId={event.id} first />
        <p className="muted">
          People appear while your photos are still on their way. When you are ready, make a link for your guests under
          “Guests”.
        </p>
      </>
    );
  }
  return (
    <>
      <div className={event.coverPhotoId ? "overview" : "stack"}>
        {event.coverPhotoId && (
          <Link to={`${base}/photos`} className="cover">
            <span className="visually-hidden">All photos</span>
            <Picture
              src={`/api/events/${event.id}/photos/${event.coverPhotoId}/preview`}
              alt="Cover of the event"
              gone={(why) => <span className="lost">{lost(why)}</span>}
            />
          </Link>
        )}
        <div className="stack">
          <ul className="figures">
            <Figure what={event.photos === 1 ? "photo" : "photos"} count={event.photos} to={`${base}/photos`} />
            <Figure what={people === 1 ? "person" : "people"} count={people} to={`${base}/people`} />
            <Figure what={faces === 1 ? "face" : "faces"} count={faces} to={`${base}/insights`} />
          </ul>
          <ProgressCard eventId={event.id} live={live} base={base} />
          <div className="row spread">
            {people > 0 && (
              <Link className="button primary" to={`${base}/people`}>
                See everyone
              </Link>
            )}
            <Link className="button" to={`${base}/guests`}>
              Share with guests
            </Link>
          </div>
          {event.expiresAt && <p className="hint">Everything is erased at the end of {day(event.expiresAt)}.</p>}
        </div>
      </div>
      <UploadPanel eventId={event.id} />
    </>
  );
}

interface FigureProps {
  readonly what: string;
  readonly count: number;
  readonly to: string;
}

function Figure({ what, count, to }: FigureProps) {
  return (
    <li>
      <Link className="figure card" to={to}>
        <strong>{count.toLocaleString("en")}</strong> <span className="muted">{what}</span>
      </Link>
    </li>
  );
}

interface ProgressProps {
  readonly eventId: string;
  readonly live: Live;
  readonly base: string;
}

function ProgressCard({ eventId, live, base }: ProgressProps) {
  const queue = uploadsOf(eventId);
  const { files } = useSyncExternalStore(queue.subscribe, () => queue.shown);
  const toSend = stillToSend(files);
  const { progress, connected } = live;
  if (!progress) return <div className="card progress-soon" />;
  const { pending, working, done, failed, secondsLeft, peopleAreCurrent, stalled } = progress;
  const left = pending + working;
  const all = left + done + failed;
  if (all === 0) return null;
  const current = left + toSend === 0 && peopleAreCurrent;
  return (
    <section className="card stack tight" aria-label="Progress">
      {!connected && <p className="muted">Connection lost. Reconnecting …</p>}
      {stalled && <Problem error={new Error(stalled.message)} />}
      <p role="status">
        {current && (
          <>
            <span className="good" aria-hidden="true">
              ✓
            </span>{" "}
            {all === 1 ? "The photo was looked at." : `All ${plural(all, "photo")} looked at.`}
          </>
        )}
        {!current && left + toSend === 0 && "Grouping the faces into people …"}
        {left + toSend > 0 && `${done.toLocaleString("en")} of ${plural(all, "photo")} looked at`}
        {toSend > 0 && `, ${plural(toSend, "file")} still to be sent.`}
        {left > 0 && toSend === 0 && `${lasting(secondsLeft)}.`}
      </p>
      {!current && <progress aria-label="Photos looked at" max={all + toSend} value={done + failed} />}
      {failed > 0 && (
        <p>
          {plural(failed, "photo")} could not be read. <Link to={`${base}/photos?state=failed`}>See why</Link>
        </p>
      )}
    </section>
  );
}

function lasting(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds < 60) return `, less than a minute left`;
  return `, about ${plural(Math.ceil(seconds / 60), "minute")} left`;
}
