import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Client, organiserOf, organiserPassword, settled } from "./api-server.ts";
import { temporaryFolder } from "./run-cli.ts";
import { sampleFolder, selfieFile } from "./samples.ts";
import { serveCli } from "./serve-cli.ts";

const names = {
  event: "Marjolein's wedding",
  person: "Quirijn van Zuylen",
  file: "DSC-very-private.jpg",
  label: "Table seven",
  token: "Uploader of Xandra",
  search: "Wietske",
};
const pin = "83915276";

it("writes no names, secrets, vectors or contents to the log, however much it is asked to write", async () => {
  const server = await serveCli(temporaryFolder(), "debug");
  const organiser = await organiserOf(server);
  const secrets: string[] = [organiserPassword, pin, "not the password", ...organiser.cookies.values()];
  secrets.push(server.setupUrl?.split("#")[1] ?? expect.fail());
  const stranger = new Client(server.url);
  await stranger.json("POST", "/api/session", { password: "not the password" });

  const { id } = (await organiser.json("POST", "/api/events", { name: names.event })).body;
  const event = `/api/events/${id}`;
  const photo = join(temporaryFolder(), names.file);
  await copyFile(join(await sampleFolder(), "sample3.jpg"), photo);
  const uploaded = await organiser.upload(`${event}/photos`, [photo, new File(["<private text>"], "note.jpg")]);
  const photoPath = `${event}/photos/${uploaded.body.results[0].photoId}`;
  await settled(organiser, id);
  const [person] = (await organiser.get(`${event}/people`)).people;
  await organiser.json("PATCH", `${event}/people/${person.id}`, { name: names.person });
  await organiser.json("PATCH", `${event}/people/${person.id}`, { name: 7, secret: names.person });
  for (const kind of ["thumbnail", "preview", "original?download=true"])
    await organiser.fetch("GET", `${photoPath}/${kind}`);
  await organiser.upload(`${event}/searches`, [photo]);
  await organiser.get(`${event}/insights`);
  await organiser.fetch("GET", `/api/nowhere?name=${names.search}`);
  const selection = await organiser.json("POST", `${event}/exports`, { photoIds: [uploaded.body.results[0].photoId] });
  await (await organiser.fetch("GET", selection.body.url)).arrayBuffer();

  const { body: made } = await organiser.json("POST", "/api/tokens", { name: names.token, scopes: ["read"] });
  secrets.push(made.secret);
  await new Client(server.url, { authorization: `Bearer ${made.secret}` }).get(event);
  await new Client(server.url, { authorization: `Bearer ${made.secret}x` }).get(event);

  await organiser.json("PATCH", event, { guestSearch: true });
  const link = (await organiser.json("POST", `${event}/links`, { label: names.label, pin })).body;
  const secret = String(link.url.split("#")[1]);
  secrets.push(secret);
  const guest = new Client(server.url);
  await guest.json("POST", "/api/guest/session", { secret, pin: "00000000" });
  await guest.json("POST", "/api/guest/session", { secret, pin });
  secrets.push(...guest.cookies.values());
  const { consent } = await guest.get("/api/guest");
  await guest.json("POST", "/api/guest/consent", { textHash: consent.hash });
  const selfie = new File([new Uint8Array(await readFile(await selfieFile()))], names.file);
  const found = await guest.upload("/api/guest/search", [selfie]);
  expect(found.body.outcome).toBe("found");
  await (await guest.fetch("GET", "/api/guest/download")).arrayBuffer();
  await guest.json("DELETE", "/api/guest");
  await organiser.json("DELETE", `${event}/people/${person.id}`);
  server.child.kill("SIGTERM");
  await server.result;

  const log = server.log();
  // It was written to, also by the routes that secrets go through.
  for (const path of ["/api/setup", "/api/guest/session", "/api/guest/search", "/api/tokens", photoPath]) {
    expect(log).toContain(`"url":"${path}`);
  }
  const told = [...Object.values(names), ...secrets, "private text"].filter(
    (text) => log.includes(text) || log.includes(encodeURIComponent(text)),
  );
  expect(told).toEqual([]);
  // Neither vectors nor bytes: nothing long that is no id, and no list of numbers.
  expect(log).not.toMatch(/-?\d\.\d{4,}(,-?\d\.\d{4,}){3}/u);
  expect(log).not.toMatch(/[A-Za-z0-9+=_-]{65,}/u);
}, 120_000);
