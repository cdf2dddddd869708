import { Buffer } from "node:buffer";

/** A reply as it came over a connection. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Whether the server keeps the connection. */
  readonly isKept: boolean;
}

/** What came is no HTTP. */
export class MalformedReply extends Error {
  override readonly name = "MalformedReply";
}

interface Read {
  readonly reply: HttpReply;
  readonly rest: Buffer;
}

/**
 * Reads one reply from what came so far; undefined if it is not whole yet. Of a stream of events only the head is read, because it has no end.
 * fetch and node:http read no reply to what they refuse to send, and hide what comes after one.
 */
export function readReply(
  all: Buffer,
  { isHead, isClosed }: { readonly isHead: boolean; readonly isClosed: boolean },
): Read | undefined {
  const end = all.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = all.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})( |$)/.exec(statusLine)?.[1]);
  if (!Number.isInteger(status)) throw new MalformedReply(`A reply begins with ${JSON.stringify(statusLine.slice(0, 80))}.`);
  const after = all.subarray(end + 4);
  // An interim reply comes before the one.
  if (status < 200) return readReply(after, { isHead, isClosed });
  const headers = readHeaders(lines);
  const isKept = !/\bclose\b/i.test(headers.get("connection") ?? "");
  const done = (body: Buffer, rest: Buffer) => ({ reply: { status, headers, body, isKept }, rest });
  if (isHead || status === 204 || status === 304) return done(Buffer.alloc(0), after);
  if (headers.get("content-type")?.startsWith("text/event-stream")) return { ...done(Buffer.alloc(0), Buffer.alloc(0)) };
  if (/chunked/i.test(headers.get("transfer-encoding") ?? "")) {
    const chunked = readChunks(after);
    return chunked && done(chunked.body, chunked.rest);
  }
  const length = headers.get("content-length");
  if (length === null) return isClosed ? done(after, Buffer.alloc(0)) : undefined;
  return after.length < Number(length) ? undefined : done(after.subarray(0, Number(length)), after.subarray(Number(length)));
}

function readHeaders(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new MalformedReply(`A reply has the header line ${JSON.stringify(line.slice(0, 80))}.`);
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}

function readChunks(all: Buffer): { readonly body: Buffer; readonly rest: Buffer } | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = all.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(all.subarray(at, line).toString("latin1"), 16);
    if (Number.isNaN(size)) throw new MalformedReply("A reply has a chunk without a size.");
    const end = line + 2 + size;
    if (all.length < end + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), rest: all.subarray(end + 2) };
    chunks.push(all.subarray(line + 2, end));
    at = end + 2;
  }
}
