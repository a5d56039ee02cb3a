import { type FormEvent, useState } from "react";
import { api, tell } from "../shared/api.ts";
import { PasswordField, Problem } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";

export function PasswordForm() {
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
        hint="You will be signed out everywhere else."
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
