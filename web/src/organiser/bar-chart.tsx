export interface Bar {
  readonly label: string;
  readonly value: number;
}

interface Props {
  readonly title: string;
  readonly what: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

const height = 180;
const width = 480;

/** A picture for a glance; the table behind it for reading, for screen readers and for taking along. */
export function BarChart({ title, what, unit, bars }: Props) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const step = width / Math.max(1, bars.length);
  // Labels that would overlap are left out.
  const every = Math.ceil(bars.length / 8);
  const csv = [`${quote(what)},${quote(unit)}`, ...bars.map(({ label, value }) => `${quote(label)},${value}`)].join(
    "\r\n",
  );
  return (
    <section className="card stack" aria-label={title}>
      <h2>{title}</h2>
      {bars.length === 0 ? (
        <p className="muted">Nothing to show yet.</p>
      ) : (
        <>
          <svg
            className="chart"
            viewBox={`0 0 ${width} ${height + 40}`}
            role="img"
            aria-label={`${title}. The table has the figures.`}
          >
            {bars.map(({ label, value }, index) => {
              const tall = (value / most) * height;
              const middle = index * step + step / 2;
              return (
                <g key={label}>
                  <rect x={index * step + step * 0.1} y={20 + height - tall} width={step * 0.8} height={tall} rx="3" />
                  {value > 0 && bars.length <= 20 && (
                    <text x={middle} y={14 + height - tall} textAnchor="middle">
                      {value}
                    </text>
                  )}
                  {index % every === 0 && (
                    <text x={middle} y={height + 36} textAnchor="middle">
                      {label.length > 12 ? `${label.slice(0, 11)}…` : label}
                    </text>
                  )}
                </g>
              );
            })}
          </svg>
          <details>
            <summary>Table</summary>
            <table>
              <thead>
                <tr>
                  <th>{what}</th>
                  <th>{unit}</th>
                </tr>
              </thead>
              <tbody>
                {bars.map(({ label, value }) => (
                  <tr key={label}>
                    <td>{label}</td>
                    <td>{value}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <a href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`} download={`${title}.csv`}>
              Save as CSV
            </a>
          </details>
        </>
      )}
    </section>
  );
}

/** A leading sign would make a formula of a name in a spreadsheet. */
function quote(text: string): string {
  const plain = /^[=+\-@]/u.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}
