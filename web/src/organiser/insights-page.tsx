import { useEffect } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Loading, Problem, plural } from "../shared/ui.tsx";
import { useData } from "../shared/use-data.ts";
import type { Bar } from "./bar.ts";
import { ChartCard, Columns, NamedBars } from "./chart.tsx";
import { coverageSteps } from "./coverage.ts";
import { timeBars } from "./time-bars.ts";
import { usePeople } from "./use-people.ts";

/** Bars that a chart of names shows; its table has the rest. */
const mostNames = 10;

interface Props {
  readonly eventId: string;
  readonly eventName: string;
  readonly version: number;
}

export function InsightsPage({ eventId, eventName, version }: Props) {
  const params = { path: { eventId } };
  const people = usePeople(eventId);
  const loaded = useData(eventId, async () => {
    const [insights, charts] = await Promise.all([
      ask(api.GET("/api/events/{eventId}/insights", { params })),
      ask(api.GET("/api/events/{eventId}/insights/charts", { params })),
    ]);
    return { insights, charts };
  });
  const { data, reload } = loaded;
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  if (!data || !people) {
    return loaded.error === undefined ? <Loading what="insights" /> : <Problem error={loaded.error} retry={reload} />;
  }
  const { insights, charts } = data;
  const figures = [
    [insights.photos === 1 ? "photo" : "photos", insights.photos],
    [insights.people === 1 ? "person" : "people", insights.people],
    [insights.faces === 1 ? "face" : "faces", insights.faces],
    ["seen once", insights.seenOnce],
    ["without faces", insights.photosWithoutFaces],
    ["not readable", insights.photosFailed],
  ] as const;
  return (
    <section className="stack" aria-label="Insights">
      <dl className="counts">
        {figures.map(([what, count]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{count.toLocaleString("en")}</dd>
          </div>
        ))}
      </dl>
      <div className="charts">
        <PeopleCharts
          of={eventName}
          people={people}
          together={charts.together}
          photosPerPerson={charts.photosPerPerson}
        />
        <TimeCharts of={eventName} charts={charts} />
        <QualityCharts of={eventName} charts={charts} />
        <SearchSpeed of={eventName} retrievalMs={insights.retrievalMs} />
      </div>
    </section>
  );
}

type Charts = Schemas["Charts"];

interface ChartsProps {
  /** The event's name. */
  readonly of: string;
  readonly charts: Charts;
}

interface PeopleProps extends Pick<Charts, "together" | "photosPerPerson"> {
  readonly of: string;
  readonly people: readonly { readonly id: string; readonly label: string; readonly photos: number }[];
}

function PeopleCharts({ of, people, together, photosPerPerson }: PeopleProps) {
  const labels = new Map(people.map(({ id, label }) => [id, label]));
  const pairs = together.map(({ people: pair, photos }) => {
    const [aId = "", bId = ""] = pair;
    const [a, b] = [labels.get(aId) ?? "somebody", labels.get(bId) ?? "somebody"];
    return { a, aId, b, bId, photos };
  });
  const most = people.map(({ label, photos }) => ({ label, value: photos }));
  return (
    <>
      <ChartCard
        of={of}
        title="Most photographed"
        about="People by the number of photos they are in."
        table={{ head: ["Person", "Photos"], rows: most.map(({ label, value }) => [label, value]) }}
        saved={{ head: ["Person", "Id", "Photos"], rows: people.map(({ id, label, photos }) => [label, id, photos]) }}
      >
        <NamedBars bars={most.slice(0, mostNames)} />
      </ChartCard>
      <ChartCard
        of={of}
        title="Who appears with whom"
        about="Pairs by the number of photos that show both."
        table={{ head: ["Person", "With", "Photos together"], rows: pairs.map(({ a, b, photos }) => [a, b, photos]) }}
        saved={{
          head: ["Person", "Id", "With", "Id of the other", "Photos together"],
          rows: pairs.map(({ a, aId, b, bId, photos }) => [a, aId, b, bId, photos]),
        }}
      >
        <NamedBars
          bars={pairs.slice(0, mostNames).map(({ a, b, photos }) => ({ label: `${a} and ${b}`, value: photos }))}
        />
      </ChartCard>
      <ChartCard
        of={of}
        title="Coverage"
        about="In how many photos people are. Those on the left may be missing from the album."
        table={{
          head: ["Photos", "People"],
          rows: photosPerPerson.map(({ photos, people: count }) => [photos, count]),
        }}
      >
        <Columns
          bars={coverageSteps(photosPerPerson).map(({ first, last, people: count }) => ({
            label: first === last ? plural(first, "photo") : `${first.toLocaleString("en")}–${plural(last, "photo")}`,
            value: count,
          }))}
        />
      </ChartCard>
    </>
  );
}

function TimeCharts({ of, charts }: ChartsProps) {
  const time = timeBars(charts.photosOverTime, "hour", "camera");
  const speed = timeBars(charts.ingestSpeed, "minute", "computer");
  return (
    <>
      <ChartCard
        of={of}
        title="Photos over time"
        about={`Photos by the ${time.unit}, as the cameras' clocks had it.`}
        table={{
          head: ["Hour", "Photos"],
          rows: charts.photosOverTime.map(({ at, photos }) => [asTaken.format(new Date(at)), photos]),
        }}
        saved={{
          head: ["Hour", "Photos"],
          rows: charts.photosOverTime.map(({ at, photos }) => [isoOf(at).replace("Z", ""), photos]),
        }}
      >
        <Columns bars={time.bars} />
      </ChartCard>
      <ChartCard
        of={of}
        title="Processing speed"
        about={`Photos in which faces were looked for, by the ${speed.unit}.`}
        table={{
          head: ["Minute", "Photos"],
          rows: charts.ingestSpeed.map(({ at, photos }) => [here.format(new Date(at)), photos]),
        }}
        saved={{ head: ["Minute", "Photos"], rows: charts.ingestSpeed.map(({ at, photos }) => [isoOf(at), photos]) }}
      >
        <Columns bars={speed.bars} />
      </ChartCard>
    </>
  );
}

function QualityCharts({ of, charts }: ChartsProps) {
  const qualities = inParts(charts.faceQualities);
  const confidences = inParts(charts.matchConfidences);
  const hasFaces = qualities.some(({ value }) => value > 0);
  const hasMatches = confidences.some(({ value }) => value > 0);
  return (
    <>
      <ChartCard
        of={of}
        title="Quality of faces"
        about="How good the faces in the photos are for telling people apart: the further right, the better."
        table={{
          head: ["Quality", "Faces"],
          rows: hasFaces ? qualities.map(({ label, value }) => [label, value]) : [],
        }}
      >
        <Columns bars={qualities} />
      </ChartCard>
      <ChartCard
        of={of}
        title="How sure guests' matches are"
        about="Photos that guests were shown, by the confidence that they are in them."
        table={{
          head: ["Confidence", "Photos"],
          rows: hasMatches ? confidences.map(({ label, value }) => [label, value]) : [],
        }}
      >
        <Columns bars={confidences} />
      </ChartCard>
    </>
  );
}

interface SpeedProps extends Pick<Schemas["Insights"], "retrievalMs"> {
  readonly of: string;
}

function SearchSpeed({ of, retrievalMs }: SpeedProps) {
  const bars: Bar[] =
    retrievalMs === null
      ? []
      : [
          { label: "half of them (p50)", value: retrievalMs.p50 },
          { label: "95 of 100 (p95)", value: retrievalMs.p95 },
          { label: "99 of 100 (p99)", value: retrievalMs.p99 },
        ];
  return (
    <ChartCard
      of={of}
      title="Search speed"
      about={
        retrievalMs === null
          ? "How long it takes to compare a face with all of the event."
          : `How long comparing a face with all of the event took at most, of ${plural(retrievalMs.count, "search", "searches")}.`
      }
      table={{
        head: ["Share of searches", "Milliseconds at most"],
        rows: bars.map(({ label, value }) => [label, Number(value.toFixed(2))]),
      }}
    >
      <NamedBars bars={bars} unit=" ms" />
    </ChartCard>
  );
}

/** Counts in equal parts of the range from 0 to 100 %. */
function inParts(counts: readonly number[]): Bar[] {
  const part = 100 / counts.length;
  return counts.map((value, index) => ({
    label: `${Math.round(index * part)}–${Math.round((index + 1) * part)} %`,
    value,
  }));
}

const parts = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" } as const;
const here = new Intl.DateTimeFormat("en-GB", parts);
/** Cameras tell no time zone, so their clocks are taken for UTC, shown as they were, and saved without a zone. */
const asTaken = new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: "UTC" });

/** To the second, in UTC. */
function isoOf(at: string): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}
