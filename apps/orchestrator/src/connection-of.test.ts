import { connect } from "node:net";
import { type Listening, listen } from "service-kit";
import { afterEach, describe, expect, it } from "vitest";
import { connectionOf } from "./connection-of.ts";

const listening: Listening[] = [];

afterEach(async () => {
  for (const each of listening.splice(0)) await each.close(0);
});

async function serve(answer: (request: Request, bindings: object) => Response | Promise<Response>): Promise<Listening> {
  const server = await listen({ fetch: answer, host: "127.0.0.1", port: 0 });
  listening.push(server);
  return server;
}

describe("the connection of a request", () => {
  it("has the client's address", async () => {
    const { url } = await serve((_request, bindings) => new Response(connectionOf(bindings)?.address));
    expect(await (await fetch(url)).text()).toBe("127.0.0.1");
  });

  it("is unknown for a request that came without a network", () => {
    expect([connectionOf(undefined), connectionOf({}), connectionOf({ incoming: {} })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("closes at once, also while its reader takes nothing", async () => {
    const cancelled = Promise.withResolvers<void>();
    const { port } = await serve((_request, bindings) => {
      const body = new ReadableStream<Uint8Array>(
        {
          pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20)),
          cancel: () => cancelled.resolve(),
        },
        { highWaterMark: 0 },
      );
      setTimeout(() => connectionOf(bindings)?.close(), 50);
      return new Response(body);
    });
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
    await cancelled.promise;
    socket.destroy();
  });

  it("aborts the request's signal when the client leaves: a search stops", async () => {
    const [asked, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { url } = await serve(async ({ signal }) => {
      signal.addEventListener("abort", () => aborted.resolve());
      asked.resolve();
      await aborted.promise;
      return new Response("nobody reads this");
    });
    const gone = new AbortController();
    const reply = fetch(url, { signal: gone.signal });
    await asked.promise;
    gone.abort();
    await expect(reply).rejects.toThrow();
    await aborted.promise;
  });
});
