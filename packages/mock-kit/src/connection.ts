import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { bodyText, type Reply } from "./reply.ts";

/** Cuts the caller's connection, without any reply. */
export function cut({ incoming }: HttpBindings): Response {
  incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Sends the first half of a reply's body as if it were the whole. */
export function sendHalf({ outgoing }: HttpBindings, reply: Reply): Response {
  const text = bodyText(reply);
  outgoing.writeHead(reply.status, { "content-type": reply.contentType ?? "application/json" });
  outgoing.end(text.slice(0, Math.ceil(text.length / 2)));
  return RESPONSE_ALREADY_SENT;
}
