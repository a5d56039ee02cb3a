import { api, ask } from "../shared/api.ts";
import { bytes, Loading, Problem, usePageTitle } from "../shared/ui.tsx";
import { useData, usePolling } from "../shared/use-data.ts";
import { ModelSettings } from "./model-settings.tsx";
import { PasswordForm } from "./password-form.tsx";
import { StorageUsed } from "./storage-used.tsx";
import { ServerThreshold } from "./threshold-settings.tsx";
import { Tokens } from "./tokens.tsx";

/** While photos are looked at again, how far that is. */
const pollMs = 1500;

export function SettingsPage() {
  usePageTitle("Settings – Rollcall");
  const settings = useData("settings", () => ask(api.GET("/api/settings")));
  const { data, error, reload } = settings;
  usePolling(settings, pollMs, data !== undefined && data.models.reindexes.length > 0);
  return (
    <div className="page">
      <h1>Settings</h1>
      <Problem error={error} retry={reload} />
      {!data && error === undefined && (
        <div className="card settings-soon">
          <Loading what="settings" />
        </div>
      )}
      {data && (
        <div className="settings">
          <div className="stack">
            <ModelSettings settings={data} onChange={reload} />
            <ServerThreshold key={data.threshold} threshold={data.threshold} onChange={reload} />
            <Tokens />
          </div>
          <div className="stack">
            <section className="card stack" aria-labelledby="about">
              <h2 id="about">This Rollcall</h2>
              <dl className="facts">
                <Fact what="Version" value={data.version} />
                <Fact
                  what="Address for guests"
                  value={data.publicUrl ?? "This address. Set ROLLCALL_PUBLIC_URL for another."}
                />
                <Fact what="Largest photo" value={bytes(data.limits.photoBytes)} />
              </dl>
            </section>
            <PasswordForm />
            <StorageUsed events={data.events} />
          </div>
        </div>
      )}
    </div>
  );
}

function Fact({ what, value }: { readonly what: string; readonly value: string }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>{value}</dd>
    </div>
  );
}
