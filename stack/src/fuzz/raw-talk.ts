import { Buffer } from "node:buffer";
import fc from "fast-check";
import type { Credential, SurfaceName } from "./request.ts";

/** Bytes over a connection of their own, which may be no HTTP at all. */
export interface RawTalk {
  readonly name: string;
  readonly surface: SurfaceName;
  /** What is sent, in latin1. `{token start}` is the place of a token, `{host}` that of the host. */
  readonly sent: string;
  /** Sizes of parts that are sent with pauses between them; the rest is one part more. */
  readonly partSizes: readonly number[];
  /** How many replies must come; `any`: one, none, or the end of the connection. After them the connection is cut. */
  readonly awaits: number | "any";
  /** Whether no part of it may be answered with success. */
  readonly isRefused: boolean;
}

const order = '{"user_id":1,"items":[{"product_id":1,"quantity":1}]}';

/** The lines of a head, and a body. */
function text(lines: readonly string[], body = ""): string {
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

const host = "host: {host}";
const bearer = (credential: Credential) => `authorization: Bearer {token ${credential}}`;
const jsonType = "content-type: application/json";
const quick = "prefer: wait=1";
const post = ["POST /saga/order HTTP/1.1", host, jsonType, quick];
const start = text([...post, bearer("start"), `content-length: ${order.length}`], order);
const stranger = text([...post, `content-length: ${order.length}`], order);
const smuggled = text(["POST /saga/order HTTP/1.1", host, bearer("start"), jsonType, `content-length: ${order.length}`], order);
const read = (...more: readonly string[]) =>
  text(["GET /sagas/00000000-0000-7000-8000-000000000000 HTTP/1.1", host, bearer("read"), ...more]);
const live = text(["GET /health/live HTTP/1.1", host]);
const chunks = (body: string, ...more: readonly string[]) =>
  text([...post, bearer("start"), "transfer-encoding: chunked", ...more], body);
const oneChunk = `${order.length.toString(16)}\r\n${order}\r\n`;

const callers = { surface: "callers", partSizes: [], isRefused: false } as const;

function one(name: string, sent: string, awaits: RawTalk["awaits"] = 1): RawTalk {
  return { ...callers, name, sent, awaits };
}

function refused(name: string, sent: string): RawTalk {
  return { ...callers, name, sent, awaits: "any", isRefused: true };
}

const badLines = [
  "no colon",
  ": no name",
  "name : value",
  "x\0: y",
  "x: a\0b",
  "\x7f: a",
  "x: a\rb",
  "(x): y",
  "x\xff: y",
  "content-length: x",
  "content-length: -1",
];

/** Talks that always are the same. */
const fixed: readonly RawTalk[] = [
  ...badLines.map((line) => refused("a bad header line", read(line))),
  refused("a huge header", read(`x-a: ${"a".repeat(200_000)}`)),
  refused("a huge target", text([`GET /${"a".repeat(100_000)} HTTP/1.1`, host])),
  one("five thousand headers", read(...Array<string>(5_000).fill("x-a: b")), "any"),
  refused(
    "length and chunks",
    text([...post, bearer("start"), "content-length: 4", "transfer-encoding: chunked"], `0\r\n\r\n${smuggled}`),
  ),
  refused(
    "chunks and length",
    text([...post, bearer("start"), "transfer-encoding: chunked", "content-length: 4"], `${oneChunk}0\r\n\r\n`),
  ),
  refused("two lengths", text([...post, bearer("start"), "content-length: 4", `content-length: ${order.length}`], order)),
  refused("a list of lengths", text([...post, bearer("start"), `content-length: ${order.length}, ${order.length}`], order)),
  refused("a length with a sign", text([...post, bearer("start"), `content-length: +${order.length}`], order)),
  refused("a length beyond numbers", text([...post, bearer("start"), "content-length: 99999999999999999999"], order)),
  refused("an unknown transfer coding", text([...post, bearer("start"), "transfer-encoding: xchunked"], `${oneChunk}0\r\n\r\n`)),
  refused(
    "a transfer coding that is not undone",
    text([...post, bearer("start"), "transfer-encoding: gzip, chunked"], `${oneChunk}0\r\n\r\n`),
  ),
  refused(
    "a content coding that is not undone",
    text([...post, bearer("start"), "content-encoding: gzip", `content-length: ${order.length}`], order),
  ),
  refused(
    "a transfer coding in odd letters",
    text([...post, bearer("start"), "transfer-encoding: chunked", "transfer-encoding: identity"], `${oneChunk}0\r\n\r\n`),
  ),
  refused("a chunk without a size", chunks(`zz\r\n${order}\r\n0\r\n\r\n`)),
  refused("a chunk of a negative size", chunks(`-1\r\n${order}\r\n0\r\n\r\n`)),
  refused("a chunk of an endless size", chunks(`ffffffffffffffff\r\n${order}`)),
  refused("a chunk that is longer than its size", chunks(`5\r\n${order}\r\n0\r\n\r\n`)),
  one("a chunk with a long extension", chunks(`${order.length.toString(16)};x=${"a".repeat(100_000)}\r\n${order}\r\n0\r\n\r\n`)),
  one("a trailer", chunks(`${oneChunk}0\r\nauthorization: Bearer {token operate}\r\n\r\n`, "trailer: authorization")),
  refused(
    "a trailer instead of a token",
    text([...post, "transfer-encoding: chunked"], `${oneChunk}0\r\n${bearer("start")}\r\n\r\n`),
  ),
  refused("no body", text([...post, bearer("start")])),
  one("a length of 0", text([...post, bearer("start"), "content-length: 0"])),
  one("HTTP/1.0", text(["GET /health/live HTTP/1.0"])),
  one(
    "HTTP/1.0 with a start",
    text(["POST /saga/order HTTP/1.0", host, bearer("start"), jsonType, `content-length: ${order.length}`], order),
  ),
  refused("HTTP/1.0 that is kept", text(["GET /sagas HTTP/1.0", host, "connection: keep-alive"])),
  refused("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  refused("HTTP/9.9", text(["GET /sagas HTTP/9.9", host])),
  one("HTTP/0.9", "GET /health/live\r\n\r\n", "any"),
  refused("TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"),
  refused("no host", text(["GET /sagas HTTP/1.1"])),
  refused("two hosts", text(["GET /sagas HTTP/1.1", host, "host: evil.example"])),
  ...["a b", "/\\@#", "", "a@b", "[::", "127.0.0.1:99999", "x".repeat(5_000)].map((name) =>
    refused("a bad host", text(["GET /sagas HTTP/1.1", `host: ${name}`])),
  ),
  one("an absolute target", text(["GET http://{host}/health/live HTTP/1.1", host])),
  refused("an absolute target at another host", text(["GET http://evil.example/sagas HTTP/1.1", host, bearer("read")])),
  refused("a target that is no URL", text(["GET http://[::/sagas HTTP/1.1", host, bearer("read")])),
  refused("a target without a slash", text(["GET sagas HTTP/1.1", host, bearer("read")])),
  refused("a target with a NUL", text(["GET /sa\0gas HTTP/1.1", host, bearer("read")])),
  refused("a target with bytes beyond ASCII", text(["GET /sagas/\xff\xfe HTTP/1.1", host, bearer("read")])),
  refused("a target with a blank", text(["GET /sagas /x HTTP/1.1", host, bearer("read")])),
  refused("OPTIONS of everything", text(["OPTIONS * HTTP/1.1", host])),
  refused("CONNECT", text(["CONNECT evil.example:80 HTTP/1.1", host])),
  refused("TRACE", text(["TRACE /sagas HTTP/1.1", host, bearer("read")])),
  refused("an unknown method", text(["FOO /sagas HTTP/1.1", host, bearer("read")])),
  refused("a method in small letters", text(["get /sagas HTTP/1.1", host, bearer("read")])),
  one("100-continue", text([...post, bearer("start"), "expect: 100-continue", `content-length: ${order.length}`], order)),
  refused("another expectation", text([...post, bearer("start"), "expect: banana", `content-length: ${order.length}`], order)),
  one("an upgrade", text(["GET /health/live HTTP/1.1", host, "connection: upgrade", "upgrade: websocket"]), "any"),
  refused("line feeds alone", `GET /sagas HTTP/1.1\n${host}\n\n`),
  refused("a folded header", text(["GET /sagas HTTP/1.1", host, "x-a: b", " c"])),
  refused("a token that is folded", text(["GET /sagas HTTP/1.1", host, "authorization: Bearer", " {token read}"])),
  one("a GET with a body", text(["GET /health/live HTTP/1.1", host, `content-length: ${order.length}`], order)),
  refused("a GET that hides a request", text(["GET /sagas HTTP/1.1", host, "content-length: 0", `x: ${order}`], stranger)),
  refused("a body without an end", text([...post, bearer("start"), "content-length: 100000000"], `[${"1,".repeat(400_000)}`)),
  refused("chunks without an end", chunks(`8000\r\n${"1".repeat(0x8000)}\r\n`.repeat(20))),
];

/** Talks that differ: half requests, slow ones, several at once, and ones with wrong bytes. */
const varied: fc.Arbitrary<RawTalk> = fc.oneof(
  fc
    .tuple(fc.constantFrom(start, stranger, live, read(), chunks(`${oneChunk}0\r\n\r\n`)), fc.integer({ min: 1, max: 400 }))
    .map(([whole, bytes]) => ({
      ...callers,
      name: "half a request",
      // One byte less than whole at most: a whole one would start a saga that nobody is told of.
      sent: whole.slice(0, Math.min(bytes, whole.indexOf("\r\n\r\n") + 4 + order.length - 1, whole.length - 1)),
      awaits: 0,
    })),
  fc
    .array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 12 })
    .map((sizes) => ({ ...callers, name: "slow bytes", sent: start, partSizes: sizes, awaits: 1 })),
  fc
    .array(fc.constantFrom(start, live, read(), stranger), { minLength: 2, maxLength: 6 })
    .map((all) => ({ ...callers, name: "a pipeline", sent: all.join(""), awaits: all.length })),
  fc
    .tuple(
      fc.constantFrom(stranger, text(["GET /sagas HTTP/1.1", host])),
      fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { minLength: 1, maxLength: 3 }),
    )
    .map(([whole, changes]) => refused("wrong bytes", changes.reduce(withByte, whole))),
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => refused("no request", Buffer.from(bytes).toString("latin1"))),
);

function withByte(whole: string, [place, code]: readonly [number, number]): string {
  const at = place % whole.length;
  const byte = String.fromCharCode(code);
  // Now and then it comes in addition, or is left out.
  return `${whole.slice(0, at)}${code % 5 === 0 ? "" : byte}${whole.slice(code % 3 === 0 ? at : at + 1)}`;
}

/** The parts of a text, by their sizes; the rest is one part more. */
export function cutInto(whole: string, [size, ...others]: readonly number[]): readonly string[] {
  if (whole === "") return [];
  return size === undefined ? [whole] : [whole.slice(0, size), ...cutInto(whole.slice(size), others)];
}

const SHOWN_LENGTH = 1_000;

/** The command that sends it again, from its beginning if it is long. */
export function asPrintf({ sent }: RawTalk, port: number): string {
  const shown = [...sent.slice(0, SHOWN_LENGTH)].map((each) => {
    const code = each.charCodeAt(0);
    const isPlain = code >= 0x20 && code < 0x7f && each !== "'" && each !== "\\";
    return isPlain ? each : `\\0${code.toString(8).padStart(3, "0")}`;
  });
  return `printf '%b' '${shown.join("")}' | nc 127.0.0.1 ${port}${sent.length > SHOWN_LENGTH ? " # and so on" : ""}`;
}

const surface = fc.constantFrom<SurfaceName>("callers", "operators");

/** What is no request as HTTP has it, or is sent as no client sends it. */
export const rawTalks: fc.Arbitrary<RawTalk> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...fixed), surface)
      .map(([talk, on]) => ({ ...talk, surface: talk.isRefused ? on : talk.surface })),
  },
  { weight: 2, arbitrary: varied },
);
