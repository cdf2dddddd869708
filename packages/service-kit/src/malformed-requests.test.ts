import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Listening, listen } from "./listen.ts";

const listenings: Listening[] = [];

afterEach(async () => {
  await Promise.all(listenings.splice(0).map(({ close }) => close(0)));
});

/** What a service tells who sends these bytes, until it closes the connection; and how many requests it saw. */
async function tell(sent: string): Promise<{ readonly told: string; readonly requests: number }> {
  let requests = 0;
  const fetch = () => {
    requests += 1;
    return new Response("here");
  };
  const listening = await listen({ fetch, host: "127.0.0.1", port: 0 });
  listenings.push(listening);
  const socket = connect(listening.port, "127.0.0.1");
  let told = "";
  socket.on("error", () => undefined).on("data", (chunk) => (told += String(chunk)));
  socket.write(sent, "latin1");
  await expect.poll(() => socket.closed || /\r\n\r\n(\{|here)/.test(told), { message: "it is answered" }).toBe(true);
  socket.destroy();
  return { told, requests };
}

const get = (...lines: readonly string[]) => `${["GET / HTTP/1.1", ...lines].join("\r\n")}\r\n\r\n`;
const post = (...lines: readonly string[]) => `${["POST / HTTP/1.1", "host: x", ...lines].join("\r\n")}\r\n\r\n`;

it("serves a target that names the host of the request", async () => {
  const { told, requests } = await tell("GET http://x:80/ HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(told).toMatch(/^HTTP\/1.1 200 [\s\S]*here$/);
  expect(requests).toBe(1);
});

describe("what is no request", () => {
  it.for<[string, string, number]>([
    ["bytes that are no HTTP", "\x16\x03\x01\x02\x00", 400],
    ["a header line without a colon", get("host: x", "no colon"), 400],
    ["a length and chunks", post("content-length: 4", "transfer-encoding: chunked"), 400],
    ["two lengths", post("content-length: 4", "content-length: 5"), 400],
    ["no host", get(), 400],
    ["a host that is none", get("host: a b"), 400],
    ["a target that is no URL", "GET http://[::/ HTTP/1.1\r\nhost: x\r\n\r\n", 400],
    ["a target at another host than its Host", "GET http://evil.example/ HTTP/1.1\r\nhost: x\r\n\r\n", 400],
    ["a target of the whole server", "OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", 400],
    ["a long header", get("host: x", `x: ${"a".repeat(100_000)}`), 431],
    ["an expectation that nobody meets", post("expect: banana", "content-length: 2"), 417],
    ["a tunnel", "CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n", 405],
  ])("is told so by a problem, and no request comes of it: %s", async ([, sent, status]) => {
    const { told, requests } = await tell(sent);
    expect(told).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(told).toMatch(/\r\ncontent-type: application\/problem\+json\r\n/i);
    expect(told).toContain(`"type":"about:blank"`);
    expect(told).toContain(`"status":${status}`);
    expect(requests).toBe(0);
  });
});
