import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Listening, listen } from "./listen.ts";

const sockets: Socket[] = [];
const listenings: Listening[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(listenings.splice(0).map(({ close }) => close(0)));
});

async function serve(options: { readonly connectionsMax: number }) {
  let requests = 0;
  const fetch = () => {
    requests += 1;
    return new Response("here");
  };
  const listening = await listen({ fetch, host: "127.0.0.1", port: 0, ...options });
  listenings.push(listening);
  return { ...listening, requests: () => requests };
}

/** A connection, and what it was told until it was closed. */
function open(port: number): { readonly socket: Socket; readonly told: () => string } {
  let told = "";
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => undefined).on("data", (chunk) => (told += String(chunk)));
  return { socket, told: () => told };
}

const REQUEST = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi";

describe("bounded connections", () => {
  it("answers the excess 503 with Retry-After, closes it, and takes nothing that it sends for a request", async () => {
    const { port, requests } = await serve({ connectionsMax: 2 });
    await Promise.all([open(port), open(port)].map(({ socket }) => once(socket, "connect")));
    const excess = open(port);
    excess.socket.write(REQUEST);
    await expect.poll(() => excess.socket.closed).toBe(true);
    expect(excess.told()).toMatch(/^HTTP\/1.1 503 .*\r\nRetry-After: 1\r\nConnection: close\r\n\r\n\{.*"Too many connections"/s);
    expect(requests()).toBe(0);
  });

  it("closes every connection of a burst but those that fit, and answers when those have gone", async () => {
    const { port, url } = await serve({ connectionsMax: 3 });
    const burst = Array.from({ length: 100 }, () => open(port));
    const isClosed = () => burst.filter(({ socket }) => socket.closed).length;
    await expect.poll(isClosed, { message: "the excess is closed" }).toBe(97);
    for (const { socket } of burst) socket.destroy();
    await expect.poll(async () => (await fetch(url)).status).toBe(200);
  });
});
