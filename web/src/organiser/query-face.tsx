import { useEffect, useRef } from "react";

/** Pixels of the square, as of the crops that the server makes. */
const side = 240;

/** The face of the picture that was looked for, cut out here, because the server keeps nothing of it. */
export function QueryFace({ url, box }: { readonly url: string; readonly box: readonly number[] }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box;
  useEffect(() => {
    const image = new Image();
    image.src = url;
    image.onload = () => {
      const size = Math.max(x2 - x1, y2 - y1) * 1.5;
      const [x, y] = [(x1 + x2 - size) / 2, (y1 + y2 - size) / 2];
      ref.current?.getContext("2d")?.drawImage(image, x, y, size, size, 0, 0, side, side);
    };
    return () => {
      image.onload = null;
    };
  }, [url, x1, y1, x2, y2]);
  return <canvas ref={ref} width={side} height={side} role="img" aria-label="Your picture" />;
}
