// Draws docs/demo.svg, the README's picture of the demo, from what the demo really prints on a terminal.
// Needs script(1), which gives the demo a terminal: `npx tsx scripts/demo-svg.ts` on Linux.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const fontSize = 14;
const lineHeight = 20;
const columnWidth = 8.43;
const margin = 20;

/** What the demo's colours look like here, by their ANSI codes; 22 and 39 end them. */
const styles: Readonly<Record<string, string>> = {
  1: 'font-weight="bold" fill="#ffffff"',
  2: 'fill="#8b949e"',
  32: 'fill="#7ee787"',
  33: 'fill="#e3b341"',
};

function demoOutput(): string {
  const dataDir = mkdtempSync(join(tmpdir(), "rollcall-demo-"));
  // Progress goes to stderr, which is not part of the picture.
  const command = "node --import tsx src/cli/main.ts demo 2>/dev/null";
  const env = { ...process.env, ROLLCALL_DATA_DIR: dataDir, TERM: "xterm-256color" };
  return execFileSync("script", ["-qec", command, "/dev/null"], { encoding: "utf8", env });
}

function svg(lines: readonly string[]): string {
  const width = Math.ceil(Math.max(...lines.map((line) => plain(line).length)) * columnWidth) + 2 * margin;
  const height = lines.length * lineHeight + 2 * margin;
  const texts = lines.map((line, row) => {
    const y = margin + fontSize + row * lineHeight;
    return line === "" ? "" : `  <text x="${margin}" y="${y}" xml:space="preserve">${spans(line)}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="rollcall demo in a terminal">
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="${fontSize}" fill="#c9d1d9">
${texts.join("")}</g>
</svg>
`;
}

/** Text between colour codes, each with the style of the code before it. */
function spans(line: string): string {
  let style: string | undefined;
  return line
    .split(ansiCode)
    .map((part, index) => {
      if (index % 2 === 1) {
        style = styles[part];
        return "";
      }
      return style === undefined ? escaped(part) : `<tspan ${style}>${escaped(part)}</tspan>`;
    })
    .join("");
}

const ansiCode = new RegExp(`${String.fromCodePoint(0x1b)}\\[(\\d+)m`, "u");

function plain(line: string): string {
  return line
    .split(ansiCode)
    .filter((_, index) => index % 2 === 0)
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const output = demoOutput().replaceAll("\r", "").trim();
writeFileSync(new URL("../docs/demo.svg", import.meta.url), svg(["$ npx rollcall demo", "", ...output.split("\n")]));
