import { connect, createServer, type Socket } from "node:net";

/** A network between a browser and a server, that can be slow and can break. */
export interface FlakyNetwork {
  /** Where the server is reached through it. */
  readonly url: string;
  /** Bytes in a second that get through to the server; infinite at first. */
  speed: number;
  /** Breaks every connection, and lets no new one come about. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param server its address on this machine, as in `http://localhost:8080` */
export async function flakyNetwork(server: string): Promise<FlakyNetwork> {
  const port = Number(new URL(server).port);
  const open = new Set<Socket>();
  let isCut = false;
  const listener = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
    far.on("data", (bytes) => near.write(bytes));
    far.on("end", () => near.end());
    near.on("end", () => far.end());
    near.on("data", (bytes) => {
      far.write(bytes);
      if (network.speed === Number.POSITIVE_INFINITY) return;
      near.pause();
      setTimeout(() => near.resume(), (bytes.length / network.speed) * 1000);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the network did not come about");
  const cut = () => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  const network: FlakyNetwork = {
    url: `http://localhost:${address.port}`,
    speed: Number.POSITIVE_INFINITY,
    cut,
    mend: () => {
      isCut = false;
    },
    close: () =>
      new Promise((resolve) => {
        cut();
        listener.close(() => resolve());
      }),
  };
  return network;
}
