import type { IncomingMessage, ServerResponse } from "node:http";
import { clearInterval, setInterval } from "node:timers";

/** So much of a body is read after the answer, so that the connection can be used again, and for so long. */
const REST_BYTES_MAX = 65_536;
const REST_CHECKS_MAX = 10;
const REST_CHECK_MS = 50;

/**
 * Closes a connection whose request was answered while its client still sends a body, unless the rest is short (rule 9). Otherwise
 * node:http reads the rest away, however long it is, with as much memory as its clients can fill.
 */
export function cutUnreadBody(incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.once("finish", () => {
    if (incoming.complete || incoming.destroyed) return;
    const { socket } = incoming;
    const declared = Number(incoming.headers["content-length"] ?? 0);
    if (declared > REST_BYTES_MAX) {
      socket.destroySoon();
      return;
    }
    const readBefore = socket.bytesRead;
    let checks = 0;
    // Not by counting in a "data" listener: a socket on Deno 2.9 that is destroyed there may be read on and on.
    const timer = setInterval(() => {
      checks += 1;
      const isTooLong = socket.bytesRead - readBefore > REST_BYTES_MAX || checks === REST_CHECKS_MAX;
      if (!incoming.complete && !isTooLong) return;
      clearInterval(timer);
      if (!incoming.complete) socket.destroySoon();
    }, REST_CHECK_MS);
    incoming.resume();
  });
}
