import type { Server, Socket } from "node:net";
import { clearTimeout, setTimeout } from "node:timers";

export interface ConnectionBound {
  /** The most connections that are served at the same time. */
  readonly connectionsMax: number;
  /** What a connection beyond them is told before it is closed. Default: nothing. */
  readonly refusal?: string;
}

/** How many refused connections may stay open until their client has read the refusal, and for how long. */
const LINGERING_MAX = 32;
const LINGER_MS = 500;

/**
 * Serves at most so many connections, and closes the others at once: an accept without a free descriptor makes a server on Deno deaf for
 * good. `server.maxConnections` does the same, but tells the client nothing. Call it once, before the server listens.
 */
export function boundConnections(server: Server, { connectionsMax, refusal = "" }: ConnectionBound): void {
  // They never see a refused connection, so that nothing that its client sends is taken for a request.
  const serving = server.listeners("connection");
  server.removeAllListeners("connection");
  let served = 0;
  let lingering = 0;
  server.on("connection", (socket: Socket) => {
    if (served < connectionsMax) {
      served += 1;
      socket.once("close", () => {
        served -= 1;
      });
      for (const listener of serving) listener.call(server, socket);
      return;
    }
    socket.on("error", () => undefined);
    if (lingering >= LINGERING_MAX) {
      socket.end(refusal, () => socket.destroy());
      return;
    }
    // A connection that is closed with bytes that nobody read is reset, and its client may then not see the refusal.
    lingering += 1;
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once("close", () => {
      lingering -= 1;
      clearTimeout(timer);
    });
    socket.resume().end(refusal);
  });
}
