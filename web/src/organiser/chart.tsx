import type { ReactNode } from "react";
import type { Bar } from "./bar.ts";
import { csvOf, fileName, type Table } from "./csv.ts";

interface CardProps {
  readonly title: string;
  /** What it tells, for people who see such a chart for the first time. */
  readonly about: string;
  readonly table: Table;
  /** What is saved in place of the table, for programs: with ids, and times that they can read. */
  readonly saved?: Table;
  /** Whose figures they are: the event's name, for that of the file. */
  readonly of: string;
  readonly children: ReactNode;
}

/** A picture for a glance; the table behind it for reading, for screen readers and for taking along. */
export function ChartCard({ title, about, table, saved = table, of, children }: CardProps) {
  return (
    <section className="card stack chart" aria-label={title}>
      <div>
        <h2>{title}</h2>
        <p className="hint">{about}</p>
      </div>
      {table.rows.length === 0 ? (
        <p className="muted">Nothing to show yet.</p>
      ) : (
        <>
          <div role="img" aria-label={`${title}. The table has the figures.`}>
            {children}
          </div>
          <details>
            <summary>Table</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it with the arrow keys */}
            <section className="scrolled" tabIndex={0} aria-label={`Table: ${title}`}>
              <table>
                <thead>
                  <tr>
                    {table.head.map((text) => (
                      <th key={text} scope="col">
                        {text}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {table.rows.map((row) => (
                    <tr key={row.join(" ")}>
                      {row.map((value, index) => (
                        <td key={table.head[index]}>{value}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
            <a
              className="button"
              href={`data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(saved))}`}
              download={fileName(`${of} – ${title}`, ".csv")}
            >
              Save as CSV
            </a>
          </details>
        </>
      )}
    </section>
  );
}

/** For names, which may be long: one under the other, the longest bar first. */
export function NamedBars({ bars, unit = "" }: { readonly bars: readonly Bar[]; readonly unit?: string }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <div className="named-bars">
      {bars.map(({ label, value }) => (
        <div key={label}>
          <span className="name">{label}</span>
          <span className="bar-room">
            <span className="bar-fill" style={{ width: `${(value / most) * 100}%` }} />
          </span>
          <span className="value">
            {value.toLocaleString("en", { maximumFractionDigits: 1 })}
            {unit}
          </span>
        </div>
      ))}
    </div>
  );
}

/** Pixels that a phone has for all columns, and that a letter of a label takes in a wide font. */
const phoneWidth = 285;
const letterWidth = 8;
const mostLabels = 4;

/** Columns that have room for their figures over them, on a phone. */
const mostFigures = 12;

/** For what has an order, such as time: side by side. */
export function Columns({ bars }: { readonly bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const labelWidth = (Math.max(0, ...bars.map(({ label }) => label.length)) + 1) * letterWidth;
  const every = Math.ceil(bars.length / Math.min(mostLabels, Math.max(1, Math.floor(phoneWidth / labelWidth))));
  /** Whether there is less room to the right of a column's start than its label takes. */
  const isAtEnd = (index: number) => ((bars.length - index) / bars.length) * phoneWidth < labelWidth;
  return (
    <>
      {bars.length > mostFigures && <p className="hint">The highest: {most.toLocaleString("en")}</p>}
      <div className="columns">
        {bars.map(({ label, value }, index) => (
          <div key={label}>
            <div className="room">
              {bars.length <= mostFigures && value > 0 && (
                <span className="amount">{value.toLocaleString("en", { notation: "compact" })}</span>
              )}
              <span className="fill" style={{ height: value === 0 ? 0 : `max(2px, ${(value / most) * 100}%)` }} />
            </div>
            <span className={index > 0 && isAtEnd(index) ? "label at-end" : "label"}>
              {index % every === 0 && label}
            </span>
          </div>
        ))}
      </div>
    </>
  );
}
