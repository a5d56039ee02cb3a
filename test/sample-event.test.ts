import { expect, it } from "vitest";
import { openBackend } from "../src/compose.ts";
import { addSampleEvent } from "../src/domain/sample-event.ts";
import { FaceError } from "../src/face/errors.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("says without commands that the sample photos cannot be fetched, and makes no event", async () => {
  const ignore = () => undefined;
  const backend = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const offline = new FaceError("MODEL_UNAVAILABLE", "Run `rollcall models pull sample-event`.");
  const shelf = { ...backend, sampleFolder: () => Promise.reject(offline) };
  await expect(addSampleEvent(shelf)).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
    message: expect.stringMatching(/internet connection/u),
    cause: offline,
  });
  expect(await backend.stores.events.list()).toEqual([]);
  await backend.close();
});
