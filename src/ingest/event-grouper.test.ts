import { afterEach, expect, it, vi } from "vitest";
import { adapters, direction, eventWith, face, pipeline } from "../../test/contract/fixtures.ts";
import { ActivityFeed } from "../domain/activity.ts";
import { runGroupingJob } from "../domain/group-faces.ts";
import { EventGrouper } from "./event-grouper.ts";

afterEach(() => {
  vi.useRealTimers();
});

it.each(adapters)("groups again after a grouping that failed, on $name", async ({ open }) => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const { stores, close } = await open();
  const event = await eventWith(stores, { "/a.jpg": [face([0, 0, 100, 100], direction(0))] });
  const [faults, stop]: [unknown[], AbortController] = [[], new AbortController()];
  const crash = new Error("there is too little memory");
  const grouper = new EventGrouper({
    stores,
    groupFaces: async (job) => {
      if (faults.length === 0) throw crash;
      return runGroupingJob(job);
    },
    activity: new ActivityFeed(),
    engineOf: async () => ({ pipelineId: pipeline, embedder: "mobilefacenet" }),
    onFault: (error) => faults.push(error),
    signal: stop.signal,
  });
  grouper.request(event);
  await grouper.idle();
  expect([faults, await stores.people.list(event)]).toEqual([[crash], []]);
  await vi.advanceTimersByTimeAsync(60_000);
  await grouper.idle();
  expect(await stores.people.list(event)).toHaveLength(1);
  stop.abort();
  await close();
});
