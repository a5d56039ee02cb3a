import { useEffect } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Loading, Problem, plural, usePageTitle } from "../shared/ui.tsx";
import { useData } from "../shared/use-data.ts";
import { EventSettings } from "./event-settings.tsx";
import { GuestsPage } from "./guests-page.tsx";
import { InsightsPage } from "./insights-page.tsx";
import { type Live, useLive } from "./live.ts";
import { PeoplePage } from "./people-page.tsx";
import { PersonPage } from "./person-page.tsx";
import { PhotosPage } from "./photos-page.tsx";
import { Link } from "./router.tsx";
import { SearchPage } from "./search-page.tsx";
import { useUndo } from "./undo.tsx";
import { UploadPanel } from "./upload-panel.tsx";

const tabs = [
  ["", "Overview"],
  ["photos", "Photos"],
  ["people", "People"],
  ["search", "Search"],
  ["guests", "Guests"],
  ["insights", "Insights"],
  ["settings", "Event settings"],
] as const;

interface Props {
  readonly eventId: string;
  readonly tab: string;
  readonly item: string;
}

export function EventPage({ eventId, tab, item }: Props) {
  const live = useLive(eventId);
  const event = useData(eventId, () => ask(api.GET("/api/events/{eventId}", { params: { path: { eventId } } })));
  const { data, reload } = event;
  const undo = useUndo(eventId);
  useEffect(() => {
    if (live.event > 0) reload();
  }, [live.event, reload]);
  // On a phone the tabs are wider than the page.
  useEffect(() => {
    const current = document.querySelector<HTMLElement>(".tabs [aria-current]");
    if (tab !== undefined) current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [tab]);
  usePageTitle(`${data?.name ?? "Event"} – Rollcall`);
  if (!data) {
    return (
      <div className="page">
        {event.error === undefined ? <Loading what="the event" /> : <Problem error={event.error} retry={reload} />}
      </div>
    );
  }
  return (
    <div className="page">
      <h1 className="no-print" title={data.name}>
        {data.name}
      </h1>
      <nav className="tabs no-print" aria-label="Event">
        {tabs.map(([path, label]) => (
          <Link
            key={path}
            to={`/events/${eventId}${path && `/${path}`}`}
            {...(path === tab ? { "aria-current": "page" as const } : {})}
          >
            {label}
          </Link>
        ))}
      </nav>
      {tab === "" && <Overview event={data} live={live} />}
      {tab === "photos" && <PhotosPage eventId={eventId} version={live.photos} />}
      {tab === "people" &&
        (item === "" ? (
          <PeoplePage eventId={eventId} version={live.people} onDecided={undo.offer} />
        ) : (
          <PersonPage key={item} eventId={eventId} personId={item} version={live.people} onDecided={undo.offer} />
        ))}
      {tab === "search" && <SearchPage eventId={eventId} />}
      {tab === "guests" && <GuestsPage event={data} onChange={reload} />}
      {tab === "insights" && <InsightsPage eventId={eventId} version={live.people} />}
      {tab === "settings" && <EventSettings event={data} onChange={reload} />}
      {undo.bar}
    </div>
  );
}

function Overview({ event, live }: { readonly event: Schemas["Event"]; readonly live: Live }) {
  const base = `/events/${event.id}`;
  return (
    <>
      <div className="row between">
        <dl className="counts">
          {(
            [
              ["photos", event.photos],
              ["people", live.progress?.people ?? event.people],
              ["faces", live.progress?.faces ?? event.faces],
            ] as const
          ).map(([what, count]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{count.toLocaleString("en")}</dd>
            </div>
          ))}
        </dl>
        {event.people > 0 && (
          <Link className="button primary" to={`${base}/people`}>
            See everyone
          </Link>
        )}
      </div>
      <ProgressCard live={live} base={base} />
      <UploadPanel eventId={event.id} />
      {event.coverPhotoId && (
        <Link to={`${base}/photos`} className="card tile cover" aria-label="All photos">
          <img src={`/api/events/${event.id}/photos/${event.coverPhotoId}/preview`} alt="Cover of the event" />
        </Link>
      )}
    </>
  );
}

function ProgressCard({ live, base }: { readonly live: Live; readonly base: string }) {
  const { progress, connected } = live;
  if (!progress) return null;
  const { pending, working, done, failed, secondsLeft, peopleAreCurrent, stalled } = progress;
  const left = pending + working;
  const all = left + done + failed;
  if (all === 0) return null;
  const current = left === 0 && peopleAreCurrent;
  return (
    <section className="card stack" aria-label="Progress">
      {!connected && <p className="muted">The connection broke. It comes back by itself.</p>}
      {stalled && <Problem error={new Error(stalled.message)} />}
      <p role="status">
        {current && `All ${plural(all, "photo")} looked at.`}
        {!current && left > 0 && `${plural(done, "photo")} of ${all} looked at${lasting(secondsLeft)}.`}
        {!current && left === 0 && "Putting the faces together to people …"}
      </p>
      {!current && <progress aria-label="Photos looked at" max={all} value={done + failed} />}
      {failed > 0 && (
        <p>
          {plural(failed, "photo")} could not be read. <Link to={`${base}/photos#failed`}>See why, and try again</Link>
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
