import { type DetectionSettings, detectionPresets } from "../../src/face/detect.ts";
import { STANDARD_PYRAMID_FACTOR } from "../../src/face/mtcnn.ts";

export interface NamedSettings {
  readonly name: string;
  readonly isPreset: boolean;
  readonly settings: DetectionSettings;
}

const presets = Object.entries(detectionPresets).map(
  ([name, settings]): NamedSettings => ({ name, isPreset: true, settings }),
);

/** The balanced preset with one thing changed: what a setting costs and brings shows only with the others kept. */
const variants: readonly Partial<DetectionSettings>[] = [
  { maxSide: 1280 },
  { maxSide: 2560 },
  { minFace: 20 },
  { minFace: 28 },
  { minFace: 36 },
  { finestFactor: STANDARD_PYRAMID_FACTOR },
  { finestFactor: 0.6 },
  { minFace: 36, finestFactor: STANDARD_PYRAMID_FACTOR },
  { thresholds: [0.6, 0.7, 0.7] },
  { thresholds: [0.9, 0.7, 0.7] },
];

export const quickSettings = presets;

export const allSettings: readonly NamedSettings[] = [
  ...presets,
  ...variants
    .filter((change) => changes(detectionPresets.balanced, change))
    .map((change) => ({
      name: describeChange(change),
      isPreset: false,
      settings: { ...detectionPresets.balanced, ...change },
    })),
];

/** A variant that a preset has become meanwhile would be measured twice. */
function changes(settings: DetectionSettings, change: Partial<DetectionSettings>): boolean {
  return JSON.stringify({ ...settings, ...change }) !== JSON.stringify(settings);
}

function describeChange(change: Partial<DetectionSettings>): string {
  return Object.entries(change)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join("/") : value}`)
    .join(", ");
}
