import { api, ask, tell } from "../shared/api.ts";
import { Loading, Problem } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { EventPage } from "./event-page.tsx";
import { EventsPage } from "./events-page.tsx";
import { go, Link, useFocusOnMove, usePath } from "./router.tsx";
import { SettingsPage } from "./settings-page.tsx";
import { SetUpPage, SignInPage } from "./sign-in.tsx";

export function App() {
  const path = usePath();
  const session = useData("session", () => ask(api.GET("/api/session")));
  const leaving = useAction();
  useFocusOnMove(path);
  const { data } = session;
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
                  go("/");
                  session.reload();
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
        {!data && session.error === undefined && <Loading what="Rollcall" />}
        {data &&
          !inside &&
          (data.setUp ? <SignInPage onDone={session.reload} /> : <SetUpPage onDone={session.reload} />)}
        {data && inside && <Inside path={path} />}
      </main>
    </>
  );
}

function Inside({ path }: { readonly path: string }) {
  const [, section = "", id = "", tab = "", item = ""] = path.split("/");
  if (section === "settings") return <SettingsPage />;
  if (section === "events" && id !== "") return <EventPage key={id} eventId={id} tab={tab} item={item} />;
  return <EventsPage />;
}
