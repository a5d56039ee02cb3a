import type { PixelBox } from "../src/face/index.ts";

/** What each of the bench's photos is composed of: which part of which party photo goes where. */

export type SampleName = keyof typeof sampleFaces;
export type CutName = keyof typeof cuts;

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Placement {
  readonly cut: CutName;
  /** In the photo, in pixels; as every cut, 4 wide to 3 high. */
  readonly cell: Area;
}

/** Every face of the party photos, in their pixels, as a person sees it: forehead to chin, ear to ear. */
export const sampleFaces = {
  sample1: [
    [410, 350, 600, 600],
    [830, 425, 1040, 660],
    [1480, 210, 1680, 445],
  ],
  sample2: [
    [1440, 170, 1635, 390],
    [295, 135, 530, 445],
    [890, 245, 1065, 465],
  ],
  sample3: [
    [585, 325, 795, 600],
    [1495, 290, 1690, 575],
    [1055, 200, 1285, 505],
  ],
  sample4: [
    [980, 185, 1160, 415],
    [250, 210, 440, 450],
    [660, 70, 830, 290],
    [1270, 165, 1425, 375],
  ],
  sample5: [
    [1405, 390, 1605, 665],
    [595, 420, 770, 665],
    [1120, 210, 1290, 425],
    [785, 110, 950, 330],
    [360, 870, 570, 1165],
  ],
  sample6: [
    [255, 480, 475, 765],
    [665, 330, 860, 630],
    [1485, 255, 1695, 555],
    [1170, 315, 1365, 585],
  ],
} as const satisfies Readonly<Record<string, readonly PixelBox[]>>;

function cut(sample: SampleName, left: number, top: number, width: number): { sample: SampleName; area: Area } {
  return { sample, area: { left, top, width, height: Math.round(width * 0.75) } };
}

/** Parts of the party photos, 4 wide to 3 high, that no face reaches out of. The names say how many faces are in them. */
export const cuts = {
  none1: cut("sample1", 300, 690, 780),
  none2: cut("sample2", 0, 640, 960),
  none3: cut("sample3", 0, 630, 960),
  none4: cut("sample4", 0, 600, 840),
  none6: cut("sample6", 240, 790, 980),
  one1: cut("sample1", 1080, 50, 840),
  one2: cut("sample2", 1090, 0, 830),
  one3: cut("sample3", 0, 0, 1030),
  one4: cut("sample4", 0, 60, 640),
  one5: cut("sample5", 0, 680, 957),
  one6: cut("sample6", 0, 380, 650),
  two1: cut("sample1", 150, 200, 1200),
  two3: cut("sample3", 830, 60, 1090),
  two4: cut("sample4", 850, 20, 860),
  two6: cut("sample6", 900, 180, 1020),
  three1: cut("sample1", 200, 0, 1700),
  three3: cut("sample3", 120, 0, 1800),
  three6: cut("sample6", 600, 200, 1320),
  four4: cut("sample4", 0, 0, 1920),
  four6: cut("sample6", 0, 90, 1920),
  five5: cut("sample5", 56, 0, 1864),
} as const;

function whole(name: CutName): Placement[] {
  return [{ cut: name, cell: { left: 0, top: 0, width: 4000, height: 3000 } }];
}

function quarters(...names: [CutName, CutName, CutName, CutName]): Placement[] {
  return names.map((name, i) => ({
    cut: name,
    cell: { left: 2000 * (i % 2), top: 1500 * Math.floor(i / 2), width: 2000, height: 1500 },
  }));
}

/** One large cell at the top left and five small ones around it. */
function around(large: CutName, ...small: [CutName, CutName, CutName, CutName, CutName]): Placement[] {
  const corners = [
    [2667, 0],
    [2667, 1000],
    [0, 2000],
    [1333, 2000],
    [2667, 2000],
  ] as const;
  return [
    { cut: large, cell: { left: 0, top: 0, width: 2667, height: 2000 } },
    ...corners.map(([left, top], i) => ({
      cut: small[i] ?? large,
      cell: { left, top, width: 1333, height: 1000 },
    })),
  ];
}

/** Photo n has n + 1 faces. The faces are 120 to 900 pixels wide. */
export const photoPlans: readonly (readonly Placement[])[] = [
  whole("one3"),
  whole("two1"),
  whole("three3"),
  whole("four6"),
  whole("five5"),
  quarters("one4", "none2", "two6", "three3"),
  around("four4", "one1", "none3", "one5", "one6", "none2"),
  quarters("five5", "three1", "none4", "none6"),
  around("five5", "two1", "one2", "none3", "one3", "none6"),
  quarters("four6", "three3", "two4", "one2"),
  around("four6", "three1", "two3", "none1", "one5", "one4"),
  around("four4", "three6", "two1", "one2", "two3", "none3"),
];
