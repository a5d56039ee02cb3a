import { once } from "node:events";
import { expect, test } from "vitest";
import { loopback } from "../../../test/loopback.ts";
import { httpGet, proxyFromEnvironment } from "./http-get.ts";

const get = (address: string, proxy: string) =>
  httpGet(address, {
    headers: {},
    signal: AbortSignal.timeout(5_000),
    proxyFor: proxyFromEnvironment(proxy),
    check: () => {},
  });

test("asks the proxy for a tunnel to the server and speaks TLS through it", async () => {
  const seen: { target?: string | undefined; credentials?: string | undefined; hello?: Buffer } = {};
  const proxy = await loopback(
    () => {},
    (request, socket) => {
      seen.target = request.url;
      seen.credentials = request.headers["proxy-authorization"];
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      void once(socket, "data").then(([hello]) => {
        seen.hello = hello;
        socket.destroy();
      });
    },
  );
  await expect(get("https://models.example/file", `http://ann:se%40cret@127.0.0.1:${proxy.port}`)).rejects.toThrow();
  expect(seen.target).toBe("models.example:443");
  expect(seen.credentials).toBe(`Basic ${Buffer.from("ann:se@cret").toString("base64")}`);
  // A TLS record of a handshake, with the server's name in it.
  expect(seen.hello?.[0]).toBe(22);
  expect(seen.hello?.includes("models.example")).toBe(true);
});

test("says what the proxy answered", async () => {
  const proxy = await loopback(
    () => {},
    (_, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
  );
  await expect(get("https://models.example/file", `127.0.0.1:${proxy.port}`)).rejects.toThrow(
    `the proxy 127.0.0.1:${proxy.port} answered 407 Proxy Authentication Required`,
  );
});

test("says that the proxy cannot be reached", async () => {
  await expect(get("https://models.example/file", "http://127.0.0.1:9")).rejects.toThrow(
    "the proxy 127.0.0.1:9 cannot be reached",
  );
});

test.each([
  ["https://github.com/", "", true],
  ["https://github.com/", "github.com", false],
  ["https://objects.github.com/", "example.org, .github.com", false],
  ["https://notgithub.com/", "github.com", true],
  ["https://github.com:8443/", "github.com:443", true],
  ["https://github.com/", "github.com:443", false],
  ["https://github.com/", "*", false],
])("reaches %s with NO_PROXY=%j through the proxy: %s", (url, noProxy, expected) => {
  expect(proxyFromEnvironment("proxy:3128", noProxy)(new URL(url)) !== undefined).toBe(expected);
});

test("goes directly where no proxy is set", () => {
  expect(proxyFromEnvironment(undefined)(new URL("https://github.com/"))).toBeUndefined();
  expect(proxyFromEnvironment("")(new URL("https://github.com/"))).toBeUndefined();
});
