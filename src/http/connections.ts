import type { Socket } from "node:net";
import type { App } from "./context.ts";

/** Often enough that nobody waits for it. */
const lookEveryMs = 50;

/**
 * Lets the server's close end with the last answer under way. Node closes what is idle once, and takes for busy what was
 * only ever opened, as browsers do to be quicker later; both would stay until they time out.
 */
export function closeWithLastAnswer(app: App): void {
  const { server } = app;
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  app.addHook("preClose", async () => {
    if (!server.listening) return;
    const looking = setInterval(() => {
      if (server.listening) return;
      server.closeIdleConnections();
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    }, lookEveryMs);
    server.once("close", () => clearInterval(looking));
  });
}
