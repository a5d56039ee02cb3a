import { type FormEvent, useState } from "react";
import { api, ask, tell } from "../shared/api.ts";
import { bytes, day, Loading, PasswordField, Problem, usePageTitle } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";

export function SettingsPage() {
  usePageTitle("Settings – Rollcall");
  const { data, error, reload } = useData("settings", () => ask(api.GET("/api/settings")));
  return (
    <div className="page narrow">
      <h1>Settings</h1>
      <Problem error={error} retry={reload} />
      {!data && error === undefined && <Loading what="settings" />}
      {data && (
        <section className="card stack" aria-labelledby="about">
          <h2 id="about">This Rollcall</h2>
          <table>
            <tbody>
              <Line what="Version" value={data.version} />
              <Line
                what="Address for guests"
                value={data.publicUrl ?? "this address; set ROLLCALL_PUBLIC_URL for another"}
              />
              <Line what="Faces are compared by" value={data.models.embedder} />
              <Line what="Largest photo" value={bytes(data.limits.photoBytes)} />
              {data.storage.map(({ eventId, name, uploadedBytes }) => (
                <Line key={eventId} what={`Photos of ${name}`} value={bytes(uploadedBytes)} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <PasswordForm />
      <Tokens />
    </div>
  );
}

function Line({ what, value }: { readonly what: string; readonly value: string }) {
  return (
    <tr>
      <th scope="row">{what}</th>
      <td>{value}</td>
    </tr>
  );
}

function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [done, setDone] = useState(false);
  const { busy, error, run } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setDone(false);
    run(async () => {
      await tell(api.PUT("/api/password", { body: { current, next } }));
      setCurrent("");
      setNext("");
      setDone(true);
    });
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>Change the password</h2>
      <PasswordField label="Current password" autoComplete="current-password" value={current} onChange={setCurrent} />
      <PasswordField
        label="New password"
        hint="Everywhere else you are signed out."
        autoComplete="new-password"
        value={next}
        onChange={setNext}
      />
      <Problem error={error} />
      <button type="submit" disabled={busy}>
        Change
      </button>
      <span role="status">{done && "Changed."}</span>
    </form>
  );
}

const scopes = { read: "see everything", upload: "add photos", write: "change events and people" } as const;
const scopeNames = ["read", "upload", "write"] as const;

function Tokens() {
  const { data, error, reload } = useData("tokens", async () => (await ask(api.GET("/api/tokens"))).tokens);
  const [name, setName] = useState("");
  const [scope, setScope] = useState<keyof typeof scopes>("upload");
  const [secret, setSecret] = useState("");
  const action = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    action.run(async () => {
      const made = await ask(api.POST("/api/tokens", { body: { name, scopes: [scope] } }));
      setSecret(made.secret);
      setName("");
      reload();
    });
  };
  const revoke = (tokenId: string) =>
    action.run(async () => {
      await tell(api.DELETE("/api/tokens/{tokenId}", { params: { path: { tokenId } } }));
      reload();
    });
  return (
    <section className="card stack" aria-labelledby="tokens">
      <h2 id="tokens">Access for programs</h2>
      <p className="hint">
        A token lets a program do one kind of thing, for example upload photos. <a href="/docs">How programs use it</a>
      </p>
      <Problem error={error ?? action.error} />
      {data?.map((token) => (
        <div className="row between" key={token.id}>
          <span>
            {token.name}: may {token.scopes.map((one) => scopes[one]).join(", ")}. Last used: {day(token.lastUsedAt)}
          </span>
          <button type="button" className="danger" onClick={() => revoke(token.id)}>
            Revoke
          </button>
        </div>
      ))}
      {secret && (
        <p role="status">
          Copy it now, it is shown only once: <code>{secret}</code>
        </p>
      )}
      <form className="row" onSubmit={submit}>
        <input
          aria-label="Name of the token"
          placeholder="For what?"
          required
          value={name}
          onChange={(e) => setName(e.target.value)}
        />
        <select
          aria-label="What it may do"
          value={scope}
          onChange={(e) => setScope(scopeNames.find((one) => one === e.target.value) ?? "read")}
        >
          {scopeNames.map((one) => (
            <option key={one} value={one}>
              {scopes[one]}
            </option>
          ))}
        </select>
        <button type="submit" disabled={action.busy}>
          Make a token
        </button>
      </form>
    </section>
  );
}
