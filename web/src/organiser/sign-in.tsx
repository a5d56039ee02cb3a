import { type FormEvent, useState } from "react";
import { api, tell } from "../shared/api.ts";
import { PasswordField, Problem, usePageTitle } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { go, usePath } from "./router.tsx";

interface Props {
  readonly onDone: () => void;
}

export function SetUpPage({ onDone }: Props) {
  usePageTitle("Set your password – Rollcall");
  usePath();
  const code = window.location.hash.slice(1);
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const { busy, error, run } = useAction();
  const differs = again !== "" && again !== password;
  if (code === "") {
    return (
      <div className="page narrow">
        <h1>Open the link from the terminal</h1>
        <p>
          Rollcall is new here. The terminal in which it was started shows a one-time link to set your password with.
          Open that link in this browser. If it is gone, stop Rollcall and start it again: it prints a new one.
        </p>
      </div>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== again) return;
    run(async () => {
      await tell(api.POST("/api/setup", { body: { code, password } }));
      go("/");
      onDone();
    });
  };
  return (
    <div className="page narrow">
      <h1>Welcome to Rollcall</h1>
      <p>Choose a password for this Rollcall. Whoever knows it sees all events, photos and people.</p>
      <form className="card stack" onSubmit={submit}>
        <PasswordField
          label="New password"
          hint="At least 10 characters. Three or four unrelated words work well."
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
        />
        <PasswordField
          label="Repeat the password"
          hint={differs ? "The two are not the same yet." : undefined}
          autoComplete="new-password"
          value={again}
          onChange={setAgain}
        />
        <Problem error={error} />
        <button className="primary" type="submit" disabled={busy || differs}>
          Set password
        </button>
      </form>
    </div>
  );
}

export function SignInPage({ onDone }: Props) {
  usePageTitle("Sign in – Rollcall");
  const [password, setPassword] = useState("");
  const { busy, error, run } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => {
      await tell(api.POST("/api/session", { body: { password } }));
      onDone();
    });
  };
  return (
    <div className="page narrow">
      <h1>Sign in</h1>
      <form className="card stack" onSubmit={submit}>
        <PasswordField label="Password" autoComplete="current-password" value={password} onChange={setPassword} />
        <Problem error={error} />
        <button className="primary" type="submit" disabled={busy}>
          Sign in
        </button>
      </form>
      <p className="muted">Are you a guest? Open the link or scan the QR code that the organiser gave you.</p>
    </div>
  );
}
