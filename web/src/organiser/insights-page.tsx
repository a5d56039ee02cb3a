import { useEffect } from "react";
import { api, ask } from "../shared/api.ts";
import { Loading, Problem } from "../shared/ui.tsx";
import { useData } from "../shared/use-data.ts";
import { BarChart } from "./bar-chart.tsx";

const mostPairs = 10;

export function InsightsPage({ eventId, version }: { readonly eventId: string; readonly version: number }) {
  const params = { path: { eventId } };
  const loaded = useData(eventId, async () => {
    const [insights, charts, people] = await Promise.all([
      ask(api.GET("/api/events/{eventId}/insights", { params })),
      ask(api.GET("/api/events/{eventId}/insights/charts", { params })),
      ask(api.GET("/api/events/{eventId}/people", { params: { ...params, query: { limit: 500 } } })),
    ]);
    const names = new Map(people.people.map(({ id, name }, index) => [id, name ?? `Person ${index + 1}`]));
    return { insights, charts, names };
  });
  const { data, reload } = loaded;
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  if (!data)
    return loaded.error === undefined ? <Loading what="insights" /> : <Problem error={loaded.error} retry={reload} />;
  const { insights, charts, names } = data;
  const nameOf = (id: string) => names.get(id) ?? "somebody";
  const figures = [
    ["photos", insights.photos],
    ["people", insights.people],
    ["faces", insights.faces],
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
      {insights.retrievalMs && (
        <p className="muted">
          Of {insights.retrievalMs.count} searches, half took {insights.retrievalMs.p50.toFixed(1)} ms or less, 95 %
          took {insights.retrievalMs.p95.toFixed(1)} ms, 99 % took {insights.retrievalMs.p99.toFixed(1)} ms.
        </p>
      )}
      <div className="charts">
        <BarChart
          title="Most photographed"
          what="Person"
          unit="Photos"
          bars={insights.mostPhotographed.map(({ id, photos }) => ({ label: nameOf(id), value: photos }))}
        />
        <BarChart
          title="In how many photos people are"
          what="Photos"
          unit="People"
          bars={charts.photosPerPerson.map(({ photos, people }) => ({ label: String(photos), value: people }))}
        />
        <BarChart
          title="Who appears with whom"
          what="Pair"
          unit="Photos together"
          bars={charts.together
            .slice(0, mostPairs)
            .map(({ people, photos }) => ({ label: people.map(nameOf).join(" and "), value: photos }))}
        />
        <BarChart
          title="Photos over time"
          what="Hour"
          unit="Photos"
          bars={charts.photosOverTime.map(({ at, photos }) => ({ label: hour(at), value: photos }))}
        />
        <BarChart
          title="Quality of faces"
          what="Quality"
          unit="Faces"
          bars={charts.faceQualities.map((value, index) => ({ label: `${index * 10}–${index * 10 + 10} %`, value }))}
        />
        <BarChart
          title="How sure guests' matches are"
          what="Confidence"
          unit="Photos"
          bars={charts.matchConfidences.map((value, index) => ({ label: `${index * 5}–${index * 5 + 5} %`, value }))}
        />
      </div>
    </section>
  );
}

function hour(at: string): string {
  return new Date(at).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
