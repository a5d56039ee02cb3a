import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { openBackend } from "../../src/compose.ts";
import { buildApp } from "../../src/http/app.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { organiserOf } from "./api-server.ts";

it("closes without waiting for connections on which nobody asked anything, or on which an answer ended", async () => {
  // Without the server's grace, after which it ends connections whatever they do.
  const ignore = () => undefined;
  const backend = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const app = await buildApp(backend, { version: "0", logLevel: "silent", allowPlainHttp: false, trustProxy: false });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const organiser = await organiserOf({ url, setupUrl: `${url}/setup#${backend.setup.code}` });
  const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
  const { hostname, port } = new URL(url);
  const opened = Array.from({ length: 5 }, () => connect(Number(port), hostname));
  await Promise.all(opened.map((socket) => once(socket, "connect")));

  // Kept alive by the client: what ends while the server closes would stay.
  const agent = new Agent({ keepAlive: true });
  const cookie = [...organiser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const streams = Array.from({ length: 5 }, () =>
    get(`${url}/api/events/${id}/activity`, { agent, headers: { cookie } }),
  );
  const answers = await Promise.all(streams.map(async (stream) => (await once(stream, "response"))[0]));
  for (const answer of answers) answer.resume();
  const aborted = streams.slice(0, 2);
  for (const stream of aborted) stream.on("error", ignore).destroy();

  await app.close();
  expect(app.server.listening).toBe(false);
  for (const socket of opened) socket.destroy();
  agent.destroy();
  await backend.close();
}, 60_000);
