import { IncomingMessage } from "node:http";
import type { Connection } from "saga-http";

/** The connection of a request that `listen` of service-kit serves; undefined for one that came without a network. */
export function connectionOf(bindings: unknown): Connection | undefined {
  if (typeof bindings !== "object" || bindings === null || !("incoming" in bindings)) return undefined;
  const { incoming } = bindings;
  if (!(incoming instanceof IncomingMessage)) return undefined;
  const { socket } = incoming;
  return { address: socket.remoteAddress, close: () => socket.destroy() };
}
