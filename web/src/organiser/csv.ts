export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The table as CSV (RFC 4180), which spreadsheets read and do not run. */
export function csvOf({ head, rows }: Table): string {
  return [head, ...rows].map((row) => row.map(quote).join(",")).join("\r\n");
}

/** A leading sign would make a formula of a name in a spreadsheet. */
function quote(value: string | number): string {
  if (typeof value === "number") return String(value);
  const plain = /^[=+\-@]/u.test(value) ? `'${value}` : value;
  return `"${plain.replaceAll('"', '""')}"`;
}

/** A name that a file may have on every system; `extension` with its dot. */
export function fileName(title: string, extension: string): string {
  const plain = title.replace(/[<>:"/\\|?*\p{Cc}\p{Bidi_Control}]/gu, "_").replace(/^[. ]+/u, "");
  return `${plain}${extension}`;
}
