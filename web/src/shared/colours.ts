/** WCAG 2.2: what text needs against its background. */
const leastContrast = 4.5;

/** The lightest and the darkest of what text lies on, by styles/base.css: whatever reads well on these does everywhere. */
const backs = { light: "#eef0fb", dark: "#272a3b" } as const;

type Rgb = readonly [number, number, number];

/** The colour, made darker or lighter as far as it has to be to be read on the pages of a light or a dark scheme. */
export function readable(colour: string, scheme: "light" | "dark"): string {
  const towards: Rgb = scheme === "light" ? [0, 0, 0] : [255, 255, 255];
  const from = rgb(colour);
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = hex(from.map((value, i) => value + ((towards[i] ?? 0) - value) * share));
    if (contrast(mixed, backs[scheme]) >= leastContrast) return mixed;
  }
  return hex(towards);
}

/** Black or white, whichever is easier to read on the colour. */
export function textOn(colour: string): "#000000" | "#ffffff" {
  return contrast(colour, "#000000") > contrast(colour, "#ffffff") ? "#000000" : "#ffffff";
}

/** 1 for the same colours to 21 for black on white. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = rgb(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function rgb(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function hex(values: readonly number[]): string {
  return `#${values.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}
