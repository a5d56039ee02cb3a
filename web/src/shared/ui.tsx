import { type CSSProperties, type ReactNode, useEffect, useId, useRef } from "react";
import { messageOf } from "./api.ts";
import { useCloseByBack } from "./use-back.ts";
import { keepFocus } from "./use-focus-kept.ts";

interface NoticeProps {
  readonly title: string;
  /** A sign for it, which says nothing that the text does not. */
  readonly sign: string;
  readonly role?: "alert" | "status";
  readonly text: string;
  readonly children?: ReactNode;
}

/** A page that has one thing to say. */
export function Notice({ title, sign, role, text, children }: NoticeProps) {
  return (
    <section className="card stack empty">
      <span className="sign" aria-hidden="true">
        {sign}
      </span>
      <h1>{title}</h1>
      <p role={role}>{text}</p>
      {children}
    </section>
  );
}

/** What happened instead of what was asked for, and what to do now. */
export function Problem({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  if (error === undefined || error === null) return null;
  return (
    <div className="problem" role="alert">
      <p>{messageOf(error)}</p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <p className="muted" role="status">
      Loading {what} …
    </p>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly children: (ids: { readonly id: string; readonly "aria-describedby"?: string }) => ReactNode;
}

export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, ...(hint ? { "aria-describedby": `${id}-hint` } : {}) })}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface DialogProps {
  readonly title: string;
  /** A few words beside the title. */
  readonly about?: string | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}

/** The browser's own dialog keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, about, onClose, children, className = "" }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useCloseByBack(onClose);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
      keepFocus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      aria-labelledby={id}
      className={className}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        {about && <p className="hint about">{about}</p>}
        <button type="button" className="quiet close" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** The end of a form whose values stay on the page. */
export function SaveRow({ busy, saved }: { readonly busy: boolean; readonly saved: boolean }) {
  return (
    <div className="row">
      <button type="submit" className="primary" disabled={busy}>
        Save
      </button>
      <span role="status">{saved && "Saved."}</span>
    </div>
  );
}

/** @param title undefined: it is for another part of the page to say */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title;
  }, [title]);
}

export const percent = (share: number) => `${Math.round(share * 100)} %`;

/** A probability in words that promise no more than it does: nothing is ever 100 % sure. */
export function sure(confidence: number): string {
  if (confidence > 0.99) return "over 99 %";
  return confidence < 0.01 ? "under 1 %" : percent(confidence);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

export function day(time: string | null): string {
  if (time === null) return "never";
  return new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** A day as date fields have it, where the person is who looks at it. */
export function dayField(time: string | number): string {
  const date = new Date(time);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part, index) => `${part}`.padStart(index === 0 ? 4 : 2, "0")).join("-");
}

/** The last second of a date field's day, where the person is who chose it; null for an empty one. */
export function endOfDay(field: string): string | null {
  return field === "" ? null : new Date(`${field}T23:59:59`).toISOString();
}

/** Browsers let years have six digits in a field without a last day, and nothing else does. */
export const lastDay = "9999-12-31";

export function bytes(count: number): string {
  if (count < 1e6) return `${Math.ceil(count / 1e3)} kB`;
  const [share, unit] = count < 1e9 ? [count / 1e6, "MB"] : [count / 1e9, "GB"];
  return `${share.toFixed(share < 100 ? 1 : 0)} ${unit}`;
}

interface PasswordFieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly autoComplete: "current-password" | "new-password";
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function PasswordField({ label, hint, autoComplete, value, onChange }: PasswordFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <input
          {...ids}
          type="password"
          autoComplete={autoComplete}
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface SoonProps {
  readonly what: string;
  readonly children: ReactNode;
}

/** Shapes of what is about to be there, in its place. */
function Soon({ what, children }: SoonProps) {
  return (
    <div role="status">
      <span className="visually-hidden">Loading {what} …</span>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

/** Width over height, as photos of an event follow each other. */
const shapes = [1.5, 0.7, 1.5, 1.3, 1.5, 0.75, 1.5, 1.4, 1, 1.5, 1.5, 0.7] as const;

/** @param whole what comes after the photos is not in view until they are there */
export function PhotosSoon({ whole = false }: { readonly whole?: boolean }) {
  return (
    <Soon what="photos">
      <div className={whole ? "skeletons whole-page" : "skeletons"}>
        {shapes.map((ratio, index) => {
          const shape: CSSProperties & Record<"--ratio", number> = { "--ratio": ratio };
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all there is, and stay in order
          return <span key={index} className="skeleton" style={shape} />;
        })}
      </div>
    </Soon>
  );
}

export function PeopleSoon() {
  return (
    <Soon what="people">
      <div className="people">
        {shapes.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all there is, and stay in order
          <span key={index} className="person">
            <span className="face skeleton" />
            <span className="skeleton line" />
          </span>
        ))}
      </div>
    </Soon>
  );
}
