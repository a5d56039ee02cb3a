import { detectionPresets } from "../../src/face/detect.ts";
import { openOnOneThread } from "./open.ts";

// A process of its own, as only so its peak memory is that of one photo. Takes a path, prints JSON.

const [path = "", embedder = ""] = process.argv.slice(2);
const pipeline = await openOnOneThread(detectionPresets.thorough, embedder);
const started = performance.now();
const found = await pipeline.findFaces(path);
const seconds = (performance.now() - started) / 1000;
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
const faces = found.faces.map((face) => ({ ...face, embedding: Array.from(face.embedding) }));
process.stdout.write(JSON.stringify({ found: { ...found, faces }, seconds, peakMegabytes }));
await pipeline.close();
