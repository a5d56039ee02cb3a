import { usePageTitle } from "../shared/ui.tsx";
import { Link } from "./router.tsx";

/** For an address that leads nowhere, because it was mistyped or what it led to is gone. */
export function NotFound() {
  usePageTitle("Not found – Rollcall");
  return (
    <div className="page narrow">
      <section className="card stack empty">
        <h1>There is no such page</h1>
        <p>The address was mistyped, or what was here is deleted.</p>
        <Link className="button primary" to="/">
          All events
        </Link>
      </section>
    </div>
  );
}
