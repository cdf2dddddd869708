import { type IncomingMessage, maxHeaderSize, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** What a request is told that the service never sees, because it is none or its server cannot serve it. */
export interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

const tooLong: Refusal = {
  status: 431,
  title: "Request Header Fields Too Large",
  detail: `The request line and the headers must have at most ${maxHeaderSize} bytes, and a sane number of lines.`,
};
const tooMuch: Refusal = { status: 413, title: "Content Too Large", detail: "The extensions of the body's chunks are too long." };
const tooSlow: Refusal = { status: 408, title: "Request Timeout", detail: "The request did not arrive in time." };
const expectation: Refusal = {
  status: 417,
  title: "Expectation Failed",
  detail: "Of the expectations (Expect), only 100-continue is met.",
};
const tunnel: Refusal = {
  status: 405,
  title: "Method Not Allowed",
  detail: "CONNECT is not served.",
  headers: { Allow: "GET, HEAD, POST" },
};

/** The refusal of what is no HTTP, or has a host or a target that is no URL. */
export function notHttp(reason: string): Refusal {
  return { status: 400, title: "Bad Request", detail: `The request cannot be read as HTTP/1.1: ${reason}.` };
}

/** The body of a refusal: a problem (RFC 9457) without a type of its own, because no service has read the request. */
export function problemOfRefusal({ status, title, detail }: Refusal): string {
  return JSON.stringify({ type: "about:blank", title, status, detail });
}

/** The whole reply, after which the connection is closed: what follows on it cannot be told from the rest of the request. */
export function rawReply(refusal: Refusal): string {
  const body = problemOfRefusal(refusal);
  const headers = { "Content-Type": "application/problem+json", "Content-Length": Buffer.byteLength(body), ...refusal.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${refusal.status} ${refusal.title}`, ...lines, "Connection: close", "", body].join("\r\n");
}

/** Answers a request that node:http has read with a refusal. */
export function refuse(outgoing: ServerResponse, refusal: Refusal): void {
  // Whether its client now sends a body is not known.
  const headers = { "content-type": "application/problem+json", connection: "close" };
  outgoing.writeHead(refusal.status, headers).end(problemOfRefusal(refusal));
}

/** Why the host of a request is not clear (RFC 9112, section 3.2); undefined where it is. */
export function hostProblem({ headers, httpVersion, url = "" }: IncomingMessage): string | undefined {
  const { host } = headers;
  // One of HTTP/1.0 need not have one, like the health check of a balancer.
  if (host === undefined) return httpVersion === "1.0" ? undefined : "it has no Host";
  if (url.startsWith("/")) return undefined;
  // A proxy that looks at one of the two would let in what it refuses by the other.
  const isSame = URL.parse(url)?.host === URL.parse(`http://${host}`)?.host;
  return isSame ? undefined : "its target and its Host name different hosts";
}

/** Answers what node:http refuses itself with a problem. Without this it answers with a status alone, or with nothing. */
export function answerMalformed(server: Server): void {
  const replies = new WeakMap<Duplex, ServerResponse>();
  server.prependListener("request", ({ socket }: IncomingMessage, outgoing: ServerResponse) => {
    replies.set(socket, outgoing);
  });
  server.on("clientError", (error: Error, socket: Duplex) => {
    // In the middle of another reply, a second one would be taken for a part of it.
    const hasBegun = replies.get(socket)?.headersSent === true && replies.get(socket)?.writableFinished !== true;
    const refusal = refusalOf(error);
    if (hasBegun || !refusal || !socket.writable) socket.destroy();
    else socket.end(rawReply(refusal), () => socket.destroy());
  });
  server.on("checkExpectation", (_incoming: IncomingMessage, outgoing: ServerResponse) => {
    refuse(outgoing, expectation);
  });
  server.on("connect", (_incoming: IncomingMessage, socket: Duplex) => {
    socket.on("error", () => undefined);
    socket.end(rawReply(tunnel), () => socket.destroy());
  });
}

/** Undefined where the connection is gone. */
function refusalOf(error: Error): Refusal | undefined {
  switch ("code" in error ? error.code : undefined) {
    case "ECONNRESET":
    case "EPIPE":
      return undefined;
    case "HPE_HEADER_OVERFLOW":
      return tooLong;
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return tooMuch;
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return tooSlow;
    default:
      return notHttp("reason" in error && typeof error.reason === "string" ? error.reason : "it is no request");
  }
}
