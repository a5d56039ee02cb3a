import { openFaceEngine } from "../src/face/index.ts";
import { compete } from "./compete.ts";

/** This project's engine as other programs use it. */
await compete(async () => {
  const engine = await openFaceEngine();
  return {
    about: `preset balanced, ${engine.workers} worker processes`,
    atOnce: engine.workers,
    find: async (file) => (await engine.findFaces(file)).faces.map((face) => face.box),
  };
});
