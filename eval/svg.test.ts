import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { histogramChart, lineChart, reliabilityChart, rocChart } from "./svg.ts";

const charts = {
  roc: rocChart("ROC", [
    { far: 0, tar: 0.5 },
    { far: 0.01, tar: 0.9 },
    { far: 1, tar: 1 },
  ]),
  histogram: histogramChart("Similarity", [0.7, 0.8, 1], [-0.31, 0, 0.2]),
  reliability: reliabilityChart("Confidence", [{ from: 0.9, to: 1, count: 42, meanConfidence: 0.97, observed: 0.95 }]),
  line: lineChart({
    title: 'Fast & "thorough" <20 px',
    x: { label: "width", from: 0, to: 10, ticks: [0, 5, 10] },
    y: { label: "recall", from: 0, to: 1, ticks: [0, 1] },
    series: [
      {
        name: "fast",
        points: [
          [0, 0],
          [10, 1],
        ],
      },
      {
        name: "thorough",
        points: [
          [0, 1],
          [20, 1],
        ],
      },
    ],
  }),
};

describe.each(Object.entries(charts))("the %s chart", (_, svg) => {
  test("is well-formed and can be drawn", async () => {
    const { width, height } = await sharp(Buffer.from(svg)).metadata();
    expect([width, height]).toEqual([560, 360]);
  });

  test("has no value that is not a number", () => {
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("has colours for the dark", () => {
    expect(svg).toContain("prefers-color-scheme:dark");
  });
});

test("titles and names are escaped", () => {
  expect(charts.line).toContain("<title>Fast &amp; &quot;thorough&quot; &lt;20 px</title>");
});

test("a line lies where its numbers say, and what is beyond the axis sticks to its end", () => {
  expect(charts.line).toContain('d="M64,308L532,52"');
  expect(charts.line).toContain('d="M64,52L532,52"');
});

test("the ROC moves in steps over a logarithmic axis", () => {
  // 1e-4 to 1 spans 468 px: 1e-2 lies in the middle. TAR 0.5 is the floor, 1 the top of 256 px.
  expect(charts.roc).toContain('d="M64,308L298,308L298,103.2L532,103.2L532,52"');
});

test("a histogram's axis begins a fifth below the lowest cosine, never below -1", () => {
  expect(charts.histogram).toContain(">-0.4</text>");
  expect(charts.histogram).not.toContain(">-0.6</text>");
});

test("a reliability bin tells how many pairs it holds", () => {
  expect(charts.reliability).toContain(">42</text>");
});
