import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { openBackend } from "../src/compose.ts";
import { LiveEvents } from "../src/http/routes/activity.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("tells all of what happened at once again when the connection broke anywhere in it", async () => {
  const { activity, eventId, listen, close } = await watched();
  const before = activity.latest;
  activity.publish({ kind: "photos", eventId, photoIds: ["0011"] });
  activity.publish({ kind: "people", eventId });
  activity.publish({ kind: "event", eventId });
  const told = await listen(`${activity.origin}-${before}`).until("event");
  expect(told.map(({ event }) => event)).toEqual(["progress", "photos", "people", "event"]);
  for (const arrived of [1, 2, 3, 4]) {
    // What a browser would name after these.
    const last = told.slice(0, arrived).findLast(({ id }) => id !== undefined)?.id;
    expect(last).toBe(arrived === 4 ? `${activity.origin}-${activity.latest}` : undefined);
  }
  await close();
});

it("names nothing that it has yet to tell, though it happens while it begins", async () => {
  const { activity, eventId, listen, close } = await watched();
  const before = activity.latest;
  const first = listen(undefined, async () => {
    if (activity.latest === before) activity.publish({ kind: "event", eventId });
    return true;
  });
  const [beginning] = await first.until("progress");
  expect(beginning?.id).toBe(`${activity.origin}-${before}`);
  const told = await listen(beginning?.id).until("event");
  expect(told.at(-1)?.id).toBe(`${activity.origin}-${activity.latest}`);
  await close();
});

it("tells what happened later after what happened earlier, however long that takes", async () => {
  const { activity, eventId, listen, close } = await watched();
  const number = activity.latest;
  const asked: (() => void)[] = [];
  const live = listen(undefined, () => new Promise((resolve) => asked.push(() => resolve(true))));
  await expect.poll(() => asked.length).toBe(1);
  activity.publish({ kind: "event", eventId });
  await new Promise((resolve) => setTimeout(resolve, 700));
  asked.at(-1)?.();
  if (asked.length === 1) await expect.poll(() => asked.length).toBe(2);
  for (const answer of asked) answer();
  const told = await live.until("event");
  const named = told.flatMap(({ id }) => id ?? []);
  expect(named).toEqual([`${activity.origin}-${number}`, `${activity.origin}-${number + 1}`]);
  await close();
});

/** An event, and browsers that watch it. */
async function watched() {
  const ignore = () => undefined;
  const backend = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const { id: eventId } = await backend.stores.events.findOrCreate("Party");
  const streams: { end(): void }[] = [];
  const listen = (lastEventId: string | undefined, mayStill = async () => true) => {
    const stream = new PassThrough();
    const live = new LiveEvents(stream, backend, eventId, mayStill);
    streams.push(live);
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
    });
    live.start(lastEventId);
    const until = async (last: string) => {
      await expect.poll(() => text, { timeout: 5000 }).toContain(`event: ${last}\n`);
      return eventsIn(text);
    };
    return { until };
  };
  const close = async () => {
    for (const live of streams) live.end();
    await backend.close();
  };
  return { activity: backend.activity, eventId, listen, close };
}

function eventsIn(text: string): { readonly id: string | undefined; readonly event: string | undefined }[] {
  const field = (part: string, name: string) => new RegExp(`^${name}: (.*)$`, "mu").exec(part)?.[1];
  return text
    .split("\n\n")
    .map((part) => ({ id: field(part, "id"), event: field(part, "event") }))
    .filter(({ event }) => event !== undefined);
}
