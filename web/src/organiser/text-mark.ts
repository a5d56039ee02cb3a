/** Large enough for photos of phones; the server scales it down. */
const fontPixels = 96;
const padding = 24;
const mostWidth = 1280;

/**
 * Draws a text as it is put on photos: white with a dark edge, so that it can be read on snow and in the night. It is drawn
 * here because a browser has fonts for every script, which a server seldom has.
 */
export async function drawText(text: string): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot draw the text. Upload a picture of it as the logo instead.");
  const font = (pixels: number) => `600 ${pixels}px system-ui, sans-serif`;
  context.font = font(fontPixels);
  const wide = context.measureText(text).width;
  const pixels = Math.floor(fontPixels * Math.min(1, (mostWidth - 2 * padding) / wide));
  canvas.width = Math.ceil((wide * pixels) / fontPixels) + 2 * padding;
  canvas.height = Math.ceil(pixels * 1.4) + 2 * padding;
  // Setting its size has reset it.
  context.font = font(pixels);
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = Math.max(2, pixels / 10);
  context.strokeStyle = "rgb(0 0 0 / 60%)";
  context.fillStyle = "#ffffff";
  context.strokeText(text, padding, canvas.height / 2);
  context.fillText(text, padding, canvas.height / 2);
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The text could not be drawn."))), "image/png");
  });
}
