import { expect, it } from "vitest";
import { Room } from "./room.ts";

it("lets no more work be under way than fits, and the rest begin in turn, also after work that fails", async () => {
  const room = new Room(10);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string, needed: number) =>
    room.take(needed, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      if (name === "b") throw new Error("failed");
    });
  const all = [work("a", 4), work("b", 5), work("c", 6), work("d", 1)];
  await expect.poll(() => begun).toEqual(["a", "b"]);
  ends.get("b")?.();
  await expect(all[1]).rejects.toThrow("failed");
  await expect.poll(() => begun).toEqual(["a", "b", "c"]);
  ends.get("a")?.();
  await expect.poll(() => begun).toEqual(["a", "b", "c", "d"]);
  for (const end of ends.values()) end();
  await Promise.allSettled(all);
});
