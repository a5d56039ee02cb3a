import { createHash, randomInt } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqlite } from "../../src/db/sqlite/open.ts";
import { openDataFolder } from "../../src/storage/data-folder.ts";
import { type Client, organiserOf, startApi } from "./api-server.ts";
import { sampleFolder } from "./samples.ts";

/** Of an upload that is cut off, as the issue of cut-off uploads is judged by. */
const cuts = 200;

describe("uploads in pieces", { timeout: 120_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let samples: string;
  let event: string;

  const open = async (dataDir?: string, env: Record<string, string> = {}) => {
    server = await startApi({ env, ...(dataDir === undefined ? {} : { dataDir }) });
    organiser = await organiserOf(server);
  };

  beforeAll(async () => {
    samples = await sampleFolder();
    await open();
    const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
    event = `/api/events/${id}`;
  }, 120_000);

  afterAll(() => server.close());

  const tus = (headers: Record<string, string> = {}) => ({ "tus-resumable": "1.0.0", ...headers });

  const begin = async (length: number, metadata: Record<string, string> = {}) => {
    const pairs = Object.entries({ filename: "party.jpg", ...metadata });
    const response = await organiser.fetch("POST", `${event}/uploads`, {
      headers: tus({
        "upload-length": String(length),
        "upload-metadata": pairs.map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`).join(","),
      }),
    });
    expect(response.status).toBe(201);
    return response.headers.get("location") ?? expect.fail();
  };

  const offsetOf = async (upload: string) => {
    const response = await organiser.fetch("HEAD", upload, { headers: tus() });
    expect(response.status).toBe(200);
    return Number(response.headers.get("upload-offset"));
  };

  const send = async (upload: string, offset: number, bytes: Uint8Array) =>
    await organiser.fetch("PATCH", upload, {
      body: new Uint8Array(bytes),
      headers: tus({ "upload-offset": String(offset), "content-type": "application/offset+octet-stream" }),
    });

  /** Announces the rest, sends some of it, and breaks the connection. */
  const sendAndBreak = (upload: string, offset: number, rest: Uint8Array, sent: number) =>
    new Promise<void>((resolve) => {
      const cookie = [...organiser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const request = httpRequest(`${server.url}${upload}`, {
        method: "PATCH",
        agent: false,
        headers: {
          cookie,
          "content-length": rest.length,
          ...tus({ "upload-offset": String(offset), "content-type": "application/offset+octet-stream" }),
        },
      });
      request.on("error", () => resolve());
      request.on("close", () => resolve());
      request.write(rest.subarray(0, sent), () => request.destroy());
    });

  const originalOf = async (photoId: string) =>
    Buffer.from(await (await organiser.fetch("GET", `${event}/photos/${photoId}/original`)).arrayBuffer());

  it("take a photo in with its last piece, and say which one it is", async () => {
    const bytes = await readFile(join(samples, "sample1.jpg"));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const upload = await begin(bytes.length, { sha256 });
    expect((await send(upload, 0, bytes.subarray(0, 1000))).headers.get("upload-offset")).toBe("1000");
    const last = await send(upload, 1000, bytes.subarray(1000));
    expect([last.status, last.headers.get("rollcall-outcome")]).toEqual([204, "accepted"]);
    const photoId = last.headers.get("rollcall-photo-id") ?? "";
    expect((await originalOf(photoId)).equals(bytes)).toBe(true);
    expect(await organiser.get(`${event}/photos/${photoId}`)).toMatchObject({ name: "party.jpg", sha256 });
    // The answer may get lost on the way, so it is still known that everything came.
    expect(await offsetOf(upload)).toBe(bytes.length);
    const again = await send(upload, bytes.length, new Uint8Array());
    expect([again.status, again.headers.get("rollcall-photo-id")]).toEqual([204, photoId]);
  });

  it(`end with the same bytes though cut off at ${cuts} random points`, async () => {
    const bytes = await readFile(join(samples, "sample2.jpg"));
    const upload = await begin(bytes.length);
    for (let cut = 0; cut < cuts; cut++) {
      const offset = await offsetOf(upload);
      // What is left is never sent whole, so that every one of them is cut off.
      const left = bytes.length - offset;
      await sendAndBreak(upload, offset, bytes.subarray(offset), randomInt(Math.max(1, Math.ceil(left / 40))));
    }
    const sendRest = async () => {
      const offset = await offsetOf(upload);
      expect(offset).toBeGreaterThan(0);
      return await send(upload, offset, bytes.subarray(offset));
    };
    // What was sent before the last break may still be on its way into the file; then clients ask again where to go on.
    let last = await sendRest();
    while (last.status === 409) last = await sendRest();
    expect(last.status).toBe(204);
    const original = await originalOf(last.headers.get("rollcall-photo-id") ?? "");
    expect(createHash("sha256").update(original).digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("go on after the server was stopped and started again", async () => {
    const bytes = await readFile(join(samples, "sample3.jpg"));
    const upload = await begin(bytes.length);
    await send(upload, 0, bytes.subarray(0, 5000));
    const { dataDir } = server;
    await server.close();
    await open(dataDir);
    expect(await offsetOf(upload)).toBe(5000);
    expect((await send(upload, 5000, bytes.subarray(5000))).headers.get("rollcall-outcome")).toBe("accepted");
  });

  it("leave no name behind once they are taken in, and nothing at all after a week", async () => {
    const { dataDir } = server;
    const folder = join(dataDir, "photos", "unfinished");
    const bytes = await readFile(join(samples, "sample2.jpg"));
    const upload = await begin(bytes.length, { filename: "Ann in the pool.jpg" });
    await send(upload, 0, bytes);
    const description = `${upload.split("/").at(-1)}.json`;
    const known = JSON.parse(await readFile(join(folder, description), "utf8"));
    expect(JSON.stringify(known)).not.toContain("pool");
    await server.close();
    await writeFile(join(folder, description), JSON.stringify({ ...known, creation_date: "2026-01-02T10:00:00.000Z" }));
    await open(dataDir);
    await expect.poll(() => readdir(folder)).not.toContain(description);
    expect(await readdir(folder)).not.toContain(upload.split("/").at(-1));
  });

  it("are taken in when the client asks again, if the server was ended right after the last byte", async () => {
    const bytes = await readFile(join(samples, "sample6.jpg"));
    const upload = await begin(bytes.length);
    // What such a server leaves: all bytes, and no photo.
    await writeFile(join(server.dataDir, "photos", "unfinished", upload.split("/").at(-1) ?? ""), bytes);
    const before = (await organiser.get(event)).photos;
    expect(await offsetOf(upload)).toBe(bytes.length);
    expect((await organiser.get(event)).photos).toBe(before + 1);
  });

  it("refuse what is no photo by its first bytes, while the rest is still to come", async () => {
    const start = Buffer.alloc(5000, "no picture starts like this ");
    const upload = await begin(10_000_000);
    const piece = await organiser.fetch("PATCH", upload, {
      body: new ReadableStream({ start: (stream) => stream.enqueue(start) }),
      duplex: "half",
      headers: tus({ "upload-offset": "0", "content-type": "application/offset+octet-stream" }),
    });
    expect([piece.status, JSON.parse(await piece.text()).code]).toEqual([415, "IMAGE_UNSUPPORTED"]);
    expect((await organiser.fetch("HEAD", upload, { headers: tus() })).status).toBe(404);
  });

  it("go on with the next file of a form after one that is no photo", async () => {
    const junk = new File([Buffer.alloc(1_000_000, "no picture starts like this ")], "junk.jpg");
    const { status, body } = await organiser.upload(`${event}/photos`, [junk, join(samples, "sample2.jpg")]);
    const outcomes = body.results.map(
      ({ error, photoId }: { error: { code: string } | null; photoId: string | null }) =>
        error === null ? typeof photoId : error.code,
    );
    expect([status, outcomes]).toEqual([200, ["IMAGE_UNSUPPORTED", "string"]]);
  });

  it("refuse what is no photo, what is not what was announced, and pieces that do not fit", async () => {
    const text = Buffer.from("not a picture");
    const refused = await send(await begin(text.length), 0, text);
    expect([refused.status, JSON.parse(await refused.text()).code]).toEqual([415, "IMAGE_UNSUPPORTED"]);
    const bytes = await readFile(join(samples, "sample4.jpg"));
    const changed = await send(await begin(bytes.length, { sha256: "0".repeat(64) }), 0, bytes);
    expect(JSON.parse(await changed.text()).code).toBe("UPLOAD_CHANGED");
    const upload = await begin(bytes.length);
    expect((await send(upload, 10, bytes)).status).toBe(409);
    const huge = { headers: tus({ "upload-length": String(1e12) }) };
    expect((await organiser.fetch("POST", `${event}/uploads`, huge)).status).toBe(413);
    expect((await organiser.fetch("DELETE", upload, { headers: tus() })).status).toBe(204);
    expect((await organiser.fetch("HEAD", upload, { headers: tus() })).status).toBe(404);
  });

  it("are refused with problem details, also where tus has words of its own", async () => {
    const upload = await begin(100);
    const gone = `${event}/uploads/${"0".repeat(32)}`;
    const answers = [
      await send(upload, 7, Buffer.from("x")),
      await send(gone, 0, Buffer.from("x")),
      await organiser.fetch("POST", `${event}/uploads`, { headers: tus({ "upload-length": "many" }) }),
      await organiser.fetch("POST", `${event}/uploads`, { headers: { "upload-length": "5" } }),
      await organiser.fetch("POST", `${event}/uploads`, { headers: tus({ "upload-concat": "partial" }) }),
      await organiser.fetch("PATCH", upload, { headers: tus({ "content-type": "application/offset+octet-stream" }) }),
    ];
    expect(new Set(answers.map(({ headers }) => headers.get("tus-resumable")))).toEqual(new Set(["1.0.0"]));
    const told = answers.map(async (response) => {
      const { status, code } = JSON.parse(await response.text());
      return [response.status, status, code, response.headers.get("content-type")?.split(";")[0]];
    });
    const type = "application/problem+json";
    expect(await Promise.all(told)).toEqual([
      [409, 409, "REQUEST_INVALID", type],
      [404, 404, "UPLOAD_UNKNOWN", type],
      [400, 400, "REQUEST_INVALID", type],
      [412, 412, "REQUEST_INVALID", type],
      [501, 501, "REQUEST_INVALID", type],
      [403, 403, "REQUEST_INVALID", type],
    ]);
  });

  it("leave the connection to the next request after a piece that was refused unread", async () => {
    const upload = await begin(300_000);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const cookie = [...organiser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    // Without the version of the protocol, nobody looks at what comes.
    const headers = { cookie, "upload-offset": "0", "content-type": "application/offset+octet-stream" };
    const statuses: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const request = httpRequest(`${server.url}${upload}`, { method: "PATCH", agent, headers });
      const [response] = await once(request.end(Buffer.alloc(300_000)), "response");
      statuses.push(response.statusCode);
      await once(response.resume(), "end");
    }
    agent.destroy();
    expect(statuses).toEqual([412, 412]);
  });

  it("can be begun by whatever name the caller has for the server", async () => {
    const cookie = [...organiser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { cookie, host: "two words", ...tus({ "upload-length": "5" }) };
    const request = httpRequest(`${server.url}${event}/uploads`, { method: "POST", agent: false, headers });
    const [response] = await once(request.end(), "response");
    expect(response.resume().statusCode).toBe(201);
  });

  it("are refused before they are sent when the event has no room for them", async () => {
    const { id } = (await organiser.json("POST", "/api/events", { name: "Full" })).body;
    await organiser.upload(`/api/events/${id}/photos`, [join(samples, "sample5.jpg")]);
    // A gigabyte, which is the smallest quota, less 1000 bytes.
    const db = await openSqlite(openDataFolder(server.dataDir).database);
    await db
      .updateTable("photos")
      .set({ bytes: 1e9 - 1000 })
      .where("event_id", "=", id)
      .execute();
    await db.destroy();
    const { dataDir } = server;
    await server.close();
    await open(dataDir, { ROLLCALL_EVENT_QUOTA_GB: "1" });
    const create = async (length: number) => {
      const headers = tus({ "upload-length": String(length) });
      return await organiser.fetch("POST", `/api/events/${id}/uploads`, { headers });
    };
    const refused = await create(1001);
    expect([refused.status, JSON.parse(await refused.text()).code]).toEqual([413, "QUOTA_EXCEEDED"]);
    expect((await create(1000)).status).toBe(201);
    // That one has not arrived, and has its room.
    expect((await create(1)).status).toBe(413);
  });

  it("belong to their event", async () => {
    const upload = await begin(10);
    const { id } = (await organiser.json("POST", "/api/events", { name: "Other" })).body;
    const elsewhere = upload.replace(event, `/api/events/${id}`);
    expect((await organiser.fetch("HEAD", elsewhere, { headers: tus() })).status).toBe(404);
  });
});
