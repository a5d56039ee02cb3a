import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { onTestFinished } from "vitest";

export interface Loopback {
  /** Such as `http://127.0.0.1:40123` */
  readonly url: string;
  readonly port: number;
  /** What was asked so far, in order. */
  readonly requests: readonly { readonly path: string; readonly range: string | undefined }[];
}

/** A web server on this machine for the length of the test. */
export async function loopback(
  answer: RequestListener,
  onConnect?: (request: IncomingMessage, socket: Duplex) => void,
): Promise<Loopback> {
  const requests: { path: string; range: string | undefined }[] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", range: request.headers.range });
    answer(request, response);
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  if (onConnect) server.on("connect", onConnect);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = portOf(server.address());
  return { url: `http://127.0.0.1:${port}`, port, requests };
}

/** Serves the content as a good server does: whole, or the range that is asked for. */
export function serve(content: Uint8Array): RequestListener {
  return (request, response) => {
    const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    if (start === undefined) {
      response.writeHead(200, { "content-length": content.length }).end(content);
    } else if (Number(start) >= content.length) {
      response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    } else {
      const range = `bytes ${start}-${content.length - 1}/${content.length}`;
      response.writeHead(206, { "content-range": range }).end(content.subarray(Number(start)));
    }
  };
}

function portOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address;
}
