import { type FormEvent, useState } from "react";
import { api, ask, everyPage, tell } from "../shared/api.ts";
import { day, Problem } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { AskFirst } from "./ask-first.tsx";
import { CopyButton } from "./copy-button.tsx";

const scopes = { read: "see everything", upload: "add photos", write: "change events and people" } as const;
const scopeNames = ["read", "upload", "write"] as const;

export function Tokens() {
  const { data, error, reload } = useData("tokens", async () =>
    (await everyPage((query) => ask(api.GET("/api/tokens", { params: { query } })))).flatMap(({ tokens }) => tokens),
  );
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
  const revoke = async (tokenId: string) => {
    await tell(api.DELETE("/api/tokens/{tokenId}", { params: { path: { tokenId } } }));
    reload();
  };
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
          <AskFirst
            label="Revoke …"
            title={`Revoke “${token.name}”?`}
            text="The program that has this token is refused from then on. This cannot be undone."
            yes="Revoke for good"
            act={() => revoke(token.id)}
          />
        </div>
      ))}
      {secret && (
        <div className="note-box row between">
          <p role="status">
            Copy it now, it is shown only once: <code>{secret}</code>
          </p>
          <CopyButton key={secret} text={secret} label="Copy" />
        </div>
      )}
      <form className="row" onSubmit={submit}>
        <input
          aria-label="Name of the token"
          placeholder="For what?"
          required
          maxLength={120}
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
