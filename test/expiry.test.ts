import { expect, it } from "vitest";
import { openBackend } from "../src/compose.ts";
import { type EventReceipt, eraseExpired } from "../src/domain/expiry.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("erases every other event when one of them cannot be erased, and says so of each", async () => {
  const ignore = () => undefined;
  const backend = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const { stores, blobs } = backend;
  const ids: string[] = [];
  for (const name of ["Stuck", "Over"]) {
    const { id } = await stores.events.findOrCreate(name);
    await stores.events.update(id, { expiresAt: new Date(Date.now() - 1) });
    ids.push(id);
  }
  const [stuck = "", over] = ids;
  const refused = new Error("EACCES");
  const refusing = async (key: string) => {
    if (key.startsWith(stuck)) throw refused;
    await blobs.delete(key);
  };
  const [faults, receipts]: [unknown[], EventReceipt[]] = [[], []];
  await eraseExpired(
    { ...backend, blobs: { ...blobs, delete: refusing } },
    { onFault: (error) => faults.push(error), onErased: (receipt) => receipts.push(receipt) },
  );
  expect([faults, receipts.map(({ eventId }) => eventId)]).toEqual([[refused], [over]]);
  expect((await stores.events.list()).map(({ id }) => id)).toEqual([stuck]);
  await backend.close();
});
