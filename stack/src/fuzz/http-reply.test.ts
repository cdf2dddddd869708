import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { MalformedReply, readReply } from "./http-reply.ts";

const read = (text: string, { isHead = false, isClosed = false } = {}) => readReply(Buffer.from(text), { isHead, isClosed });

describe("a reply", () => {
  const whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-a: b\r\n\r\nhi";

  it("is read with what follows it", () => {
    const { reply, rest } = read(`${whole}more`) ?? {};
    expect([reply?.status, reply?.headers.get("x-a"), String(reply?.body), reply?.isKept, String(rest)]).toEqual([
      200,
      "b",
      "hi",
      true,
      "more",
    ]);
  });

  it("is not there until its last byte", () => {
    for (let length = 0; length < whole.length; length += 1)
      expect([length, read(whole.slice(0, length))]).toEqual([length, undefined]);
  });

  it("is read from its chunks, or to the end of its connection", () => {
    const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\n\r\n";
    expect([String(read(chunked)?.reply.body), read(chunked)?.reply.isKept]).toEqual(["hi", false]);
    expect(read(chunked.slice(0, -1))).toBeUndefined();
    const open = "HTTP/1.1 200 OK\r\n\r\nhi";
    expect([read(open), String(read(open, { isClosed: true })?.reply.body)]).toEqual([undefined, "hi"]);
  });

  it("has no body after HEAD, and comes after an interim one", () => {
    expect(read("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", { isHead: true })?.reply.status).toBe(200);
    expect(read(`HTTP/1.1 100 Continue\r\n\r\n${whole}`)?.reply.status).toBe(200);
  });

  it.for(["hello\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"])(
    "that is no HTTP is told apart: %j",
    (text) => {
      expect(() => read(text)).toThrow(MalformedReply);
    },
  );
});
