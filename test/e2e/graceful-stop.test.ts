import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { Client, organiserOf, settled } from "./api-server.ts";
import { temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";
import { serveCli } from "./serve-cli.ts";
import { smallPhotos } from "./small-photos.ts";

it("finishes the uploads under way when it is asked to stop, and loses no byte that it accepted", async () => {
  const dataDir = temporaryFolder();
  const first = await serveCli(dataDir);
  const organiser = await organiserOf(first);
  const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
  const event = `/api/events/${id}`;
  const folder = await smallPhotos(12);
  const small = readdirSync(folder).filter((name) => name.endsWith(".jpg"));
  const { body } = await organiser.upload(
    `${event}/photos`,
    small.map((name) => join(folder, name)),
  );
  const accepted: string[] = body.results.map(({ photoId }: { photoId: string }) => photoId);
  expect(accepted).toHaveLength(12);

  const samples = await sampleFolder();
  const whole = await readFile(join(samples, "sample1.jpg"));
  const pieces = await readFile(join(samples, "sample2.jpg"));
  const tus = { "tus-resumable": "1.0.0" };
  const begun = await organiser.fetch("POST", `${event}/uploads`, {
    headers: { ...tus, "upload-length": String(pieces.length), "upload-metadata": `filename ${btoa("two.jpg")}` },
  });
  const upload = begun.headers.get("location") ?? expect.fail();
  const send = (client: Client, offset: number, bytes: Uint8Array) =>
    client.fetch("PATCH", upload, {
      body: new Uint8Array(bytes),
      headers: { ...tus, "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
    });
  expect((await send(organiser, 0, pieces.subarray(0, 70_000))).status).toBe(204);

  const slow = slowUpload(organiser, `${event}/photos`, "one.jpg", whole);
  await slow.sendHalf();
  // What is answered was sent later, so by now the server has begun with the upload.
  await organiser.get(event);
  first.child.kill("SIGTERM");
  await first.stderrMatches(/Stopping/u);
  await sleep(300);
  const answer = await slow.finish();
  expect(answer.results).toMatchObject([{ outcome: "accepted" }]);
  const { code, stderr } = await first.result;
  expect({ code, stderr }).toEqual({ code: 143, stderr: expect.stringContaining("still in the queue") });

  const second = await serveCli(dataDir);
  const again = new Client(second.url);
  for (const [name, value] of organiser.cookies) again.cookies.set(name, value);
  const head = await again.fetch("HEAD", upload, { headers: tus });
  expect(head.headers.get("upload-offset")).toBe("70000");
  expect((await send(again, 70_000, pieces.subarray(70_000))).status).toBe(204);
  expect(await settled(again, id)).toMatchObject({ done: 14, failed: 0 });
  const { photos } = await again.get(`${event}/photos?limit=100`);
  expect(photos.map((photo: { id: string }) => photo.id)).toEqual(expect.arrayContaining(accepted));
  for (const bytes of [whole, pieces]) {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const photo = photos.find((one: { id: string }) => sha256.startsWith(one.id));
    const original = await again.fetch("GET", `${event}/photos/${photo?.id}/original`);
    expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true);
  }
  second.child.kill("SIGTERM");
  await second.result;
}, 120_000);

/** A multipart upload whose second half waits. */
function slowUpload(client: Client, path: string, name: string, bytes: Buffer) {
  const boundary = "----half-and-half";
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const half = Math.floor(body.length / 2);
  const request = httpRequest(`${client.url}${path}`, {
    method: "POST",
    agent: false,
    headers: {
      cookie: [...client.cookies].map(([key, value]) => `${key}=${value}`).join("; "),
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": body.length,
    },
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
  return {
    sendHalf: () => new Promise<void>((resolve) => request.write(body.subarray(0, half), () => resolve())),
    finish: async () => {
      request.end(body.subarray(half));
      let text = "";
      for await (const chunk of await response) text += String(chunk);
      return JSON.parse(text);
    },
  };
}
