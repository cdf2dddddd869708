import { connect } from "node:net";
import { expect, it } from "vitest";
import { listen } from "./listen.ts";

it.for(["GET", "POST"])("cuts the body of a %s that no route reads, after the answer", async (method) => {
  const { port, close } = await listen({ fetch: () => new Response("here"), host: "127.0.0.1", port: 0 });
  const socket = connect(port, "127.0.0.1");
  const head = `${method} / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n`;
  let answer = "";
  socket.on("error", () => undefined).on("data", (chunk) => (answer += String(chunk)));
  socket.write(head);
  const chunk = Buffer.alloc(65_536);
  const send = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", send);
  send();
  await expect.poll(() => socket.closed, { message: "the connection is closed" }).toBe(true);
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  // What the kernel holds for both ends is lost too; the rest of the body was never sent.
  expect(socket.bytesWritten).toBeLessThan(20_000_000);
  await close();
});

it("keeps the connection of a request whose body arrives soon after the answer", async () => {
  const { port, close } = await listen({ fetch: () => new Response("here"), host: "127.0.0.1", port: 0 });
  const socket = connect(port, "127.0.0.1");
  let answers = "";
  socket.on("data", (chunk) => (answers += String(chunk)));
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n");
  await expect.poll(() => answers).toContain("here");
  socket.write("hiGET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await expect.poll(() => answers.split("here").length).toBe(3);
  socket.destroy();
  await close();
});
