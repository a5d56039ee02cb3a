import { useEffect } from "react";
import { api, ask, onSignedOut, tell } from "../shared/api.ts";
import { Loading, Problem } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { EventPage, isTab } from "./event-page.tsx";
import { EventsPage } from "./events-page.tsx";
import { NotFound } from "./not-found.tsx";
import { Link, useFocusOnMove, usePath, useScrollMemory } from "./router.tsx";
import { SettingsPage } from "./settings-page.tsx";
import { SetUpPage, SignInPage } from "./sign-in.tsx";

export function App() {
  const path = usePath();
  const session = useData("session", () => ask(api.GET("/api/session")));
  const leaving = useAction();
  useFocusOnMove(path);
  useScrollMemory();
  const { data, reload } = session;
  // Signed out in another tab, or for too long away: the page asks for the password, and goes on where it was.
  useEffect(() => onSignedOut(reload), [reload]);
  const inside = data?.role === "organiser";
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar no-print between">
        <Link className="brand" to="/">
          <img src="/icon.svg" alt="" width="26" height="26" />
          Rollcall
        </Link>
        {inside && (
          <nav className="row" aria-label="Account">
            <Link className="button quiet" to="/settings">
              Settings
            </Link>
            <button
              type="button"
              className="quiet"
              disabled={leaving.busy}
              onClick={() =>
                leaving.run(async () => {
                  await tell(api.DELETE("/api/session"));
                  // Loaded anew, so that nothing of what was seen stays in the page.
                  window.location.assign("/");
                })
              }
            >
              Sign out
            </button>
          </nav>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        <Problem error={session.error ?? leaving.error} retry={session.reload} />
        {!data && session.error === undefined && (
          <div className="page">
            <Loading what="Rollcall" />
          </div>
        )}
        {data &&
          !inside &&
          (data.setUp ? <SignInPage onDone={session.reload} /> : <SetUpPage onDone={session.reload} />)}
        {data && inside && <Inside path={path} />}
      </main>
    </>
  );
}

const isId = (text: string) => /^[0-9a-f]{8,40}$/u.test(text);

function Inside({ path }: { readonly path: string }) {
  const [, section = "", id = "", tab = "", item = ""] = path.split("/");
  if (section === "settings" && id === "") return <SettingsPage />;
  if (section === "events" && isId(id) && isTab(tab)) return <EventPage key={id} eventId={id} tab={tab} item={item} />;
  // The one-time link was used: its address stays for a moment.
  if (section === "" || section === "setup") return <EventsPage />;
  return <NotFound />;
}
