export type Colour = readonly [red: number, green: number, blue: number];

/** Interleaved RGB that is drawn on. */
export interface Canvas {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Interleaved RGBA, and where its top left corner goes on a canvas. */
export interface Layer {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/** Blends a colour over the pixels of a row from `from` to `to`; what is outside the canvas is left out. */
export function fillRow(canvas: Canvas, row: number, from: number, to: number, fill: Colour, opacity = 1): void {
  const { data, width, height } = canvas;
  if (row < 0 || row >= height) return;
  const [red, green, blue] = fill;
  const keep = 1 - opacity;
  const end = Math.min(width, Math.ceil(to));
  for (let x = Math.max(0, Math.ceil(from)); x < end; x++) {
    const at = (row * width + x) * 3;
    data[at] = (data[at] ?? 0) * keep + red * opacity;
    data[at + 1] = (data[at + 1] ?? 0) * keep + green * opacity;
    data[at + 2] = (data[at + 2] ?? 0) * keep + blue * opacity;
  }
}

/** Draws a layer over a canvas; what is outside the canvas is left out. */
export function blend(canvas: Canvas, layer: Layer): void {
  for (let row = Math.max(0, -layer.top); row < Math.min(layer.height, canvas.height - layer.top); row++) {
    for (let column = Math.max(0, -layer.left); column < Math.min(layer.width, canvas.width - layer.left); column++) {
      const from = (row * layer.width + column) * 4;
      const to = ((row + layer.top) * canvas.width + column + layer.left) * 3;
      const opacity = (layer.data[from + 3] ?? 0) / 255;
      for (let channel = 0; channel < 3; channel++) {
        const below = canvas.data[to + channel] ?? 0;
        canvas.data[to + channel] = below + ((layer.data[from + channel] ?? 0) - below) * opacity;
      }
    }
  }
}
