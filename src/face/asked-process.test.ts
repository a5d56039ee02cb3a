import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AskedProcess } from "./asked-process.ts";
import { FaceError } from "./errors.ts";

const lost = () => new FaceError("ENGINE_CRASHED", "lost");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("what cannot be sent is refused, and neither waited for nor the end of the process", {
  timeout: 60_000,
}, async () => {
  const timeoutMs = 1000;
  const worker = new AskedProcess(import.meta.url, "./worker", { timeoutMs });
  const unsendable = { kind: "find", source: () => "a picture" };
  await expect(worker.ask(unsendable, lost)).rejects.toThrow("could not be cloned");
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(timeoutMs);
  await expect(worker.ask({ kind: "find" }, lost)).rejects.toThrow("before it was ready");
  await worker.end();
});
