import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { ListenError, listen } from "./listen.ts";

const answer = () => new Response("here");

describe("listening", () => {
  it("binds a free port, answers, and releases the port when it is closed", async () => {
    const first = await listen({ fetch: answer, host: "127.0.0.1", port: 0 });
    expect(await (await fetch(first.url)).text()).toBe("here");
    await first.close();
    const second = await listen({ fetch: answer, host: "127.0.0.1", port: first.port });
    expect(second.port).toBe(first.port);
    await second.close();
  });

  it("closes connections that never send a whole request, after the grace", async () => {
    const { port, close } = await listen({ fetch: answer, host: "127.0.0.1", port: 0 });
    const sockets = ["", "GET / HT", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf"].map((start) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(start));
      socket.on("error", () => undefined);
      return socket.resume();
    });
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    let isClosed = false;
    const closed = close(10).then(() => {
      isClosed = true;
    });
    await expect.poll(() => isClosed, { message: "the server is closed" }).toBe(true);
    await expect.poll(() => sockets.map((socket) => socket.closed)).toEqual([true, true, true]);
    await closed;
  });

  it("answers an HTTP/1.0 request without a Host, whose URL names a host that cannot exist", async () => {
    const { port, close } = await listen({ fetch: ({ url }) => new Response(url), host: "127.0.0.1", port: 0 });
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /health HTTP/1.0\r\n\r\n"));
    const reply = await text(socket);
    expect(reply).toMatch(/^HTTP\/1\.[01] 200 /);
    expect(reply).toContain("http://no-host.invalid/health");
    await close();
  });

  it("keeps an idle connection longer than a balancer does (60 s), or as long as it is told", async () => {
    for (const [options, header] of [
      [{}, "timeout=75"],
      [{ idleConnectionMs: 130_000 }, "timeout=130"],
    ] as const) {
      const { port, close } = await listen({ fetch: answer, host: "127.0.0.1", port: 0, ...options });
      const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
      const [reply] = await once(socket, "data");
      // node:http tells the client what it keeps to.
      expect(String(reply).toLowerCase()).toContain(`keep-alive: ${header}\r\n`);
      socket.destroy();
      await close();
    }
  });

  it("refuses a busy port, and names the variable that changes it", async () => {
    const { port, close } = await listen({ fetch: answer, host: "127.0.0.1", port: 0 });
    const again = listen({ fetch: answer, host: "127.0.0.1", port });
    await expect(again).rejects.toThrow(ListenError);
    await expect(again).rejects.toThrow(new RegExp(`Port ${port} of 127.0.0.1 is in use.*PORT`));
    await close();
  });

  it("refuses an address of another machine, and names the variable that changes it", async () => {
    await expect(listen({ fetch: answer, host: "203.0.113.1", port: 0 })).rejects.toThrow(
      /203\.0\.113\.1, port 0, cannot be listened on .* Set HOST/,
    );
  });
});
