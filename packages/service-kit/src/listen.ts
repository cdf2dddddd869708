import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { clearTimeout, setTimeout } from "node:timers";
import { getRequestListener, type Http2Bindings, type HttpBindings, RequestError } from "@hono/node-server";
import { boundConnections } from "./bounded-connections.ts";
import { answerMalformed, hostProblem, notHttp, problemOfRefusal, rawReply, refuse } from "./malformed-requests.ts";
import { messageOf } from "./message-of.ts";
import { cutUnreadBody } from "./unread-body.ts";

/** A service that answers requests. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Accepts no new connection, waits up to `graceMs` milliseconds (default: 1000) for requests under way, and closes all connections. */
  readonly close: (graceMs?: number) => Promise<void>;
}

/** A service of this process, whose accepting can be watched. */
export interface OwnListening extends Listening {
  /** Resolves when it accepts the next connection, also one that it then refuses. Rejects when the signal is aborted. */
  readonly nextConnection: (signal: AbortSignal) => Promise<void>;
}

export interface ListenOptions {
  readonly fetch: (request: Request, bindings: HttpBindings) => Response | Promise<Response>;
  readonly host: string;
  readonly port: number;
  /** The variable that sets the port, for the error about a busy port. Default: PORT. */
  readonly portVariable?: string;
  /** The most connections at the same time; one more is answered 503 and closed. Default: no bound. */
  readonly connectionsMax?: number;
  /** How long a connection stays open without a request, in milliseconds. Default: 75,000, longer than balancers keep one (60 s). */
  readonly idleConnectionMs?: number;
}

export const IDLE_CONNECTION_MS_DEFAULT = 75_000;

/** The port cannot be bound. The message names the port and the variable that changes it. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** The host in the URL of an HTTP/1.0 request without a `Host`. Otherwise the adapter refuses it, also a balancer's health check. */
const NO_HOST = "no-host.invalid";

/** @throws ListenError when the address cannot be bound. */
export async function listen(options: ListenOptions): Promise<OwnListening> {
  const { host, port, portVariable = "PORT" } = options;
  const server = makeServer(options);
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(port, host, listening.resolve);
  try {
    await listening.promise;
  } catch (cause) {
    throw new ListenError(explain(cause, { host, port, portVariable }), { cause });
  }
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
  return {
    url,
    port: bound,
    nextConnection: async (signal) => void (await once(server, "connection", { signal })),
    close: (graceMs) => close(server, graceMs),
  };
}

function makeServer({ fetch, connectionsMax, idleConnectionMs = IDLE_CONNECTION_MS_DEFAULT }: ListenOptions): Server {
  const serve = (request: Request, bindings: HttpBindings | Http2Bindings) => fetch(request, http1(bindings));
  const answer = getRequestListener(serve, {
    autoCleanupIncoming: false,
    hostname: NO_HOST,
    errorHandler: answerOf,
  });
  // It would answer a request without a Host with a status alone.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    cutUnreadBody(incoming, outgoing);
    const unclear = hostProblem(incoming);
    if (unclear !== undefined) return refuse(outgoing, notHttp(unclear));
    return answer(incoming, outgoing);
  });
  answerMalformed(server);
  if (connectionsMax !== undefined) boundConnections(server, { connectionsMax, refusal: tooManyConnections(connectionsMax) });
  server.keepAliveTimeout = idleConnectionMs;
  // Until the first request, and while its head arrives, this one closes an idle connection.
  server.headersTimeout = idleConnectionMs;
  server.requestTimeout = Math.max(server.requestTimeout, idleConnectionMs);
  return server;
}

/** What is answered where there is no reply: a problem to what is no request, and otherwise a status, because the error is a defect of the service. */
function answerOf(error: unknown): Response {
  if (!(error instanceof RequestError)) return new Response(null, { status: 500 });
  const refusal = notHttp(error.message);
  return new Response(problemOfRefusal(refusal), {
    status: refusal.status,
    headers: { "content-type": "application/problem+json" },
  });
}

/** A whole reply, so that a balancer and a client know that nothing was done. */
function tooManyConnections(connectionsMax: number): string {
  const detail = `The service has ${connectionsMax} connections, and serves no more at the same time.`;
  return rawReply({ status: 503, title: "Too many connections", detail, headers: { "Retry-After": "1" } });
}

function http1(bindings: HttpBindings | Http2Bindings): HttpBindings {
  if (isHttp1(bindings)) return bindings;
  throw new TypeError("Only HTTP/1.1 is served.");
}

function isHttp1(bindings: HttpBindings | Http2Bindings): bindings is HttpBindings {
  return !("stream" in bindings.incoming);
}

function explain(
  cause: unknown,
  { host, port, portVariable }: Required<Pick<ListenOptions, "host" | "port" | "portVariable">>,
): string {
  if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
    return `Port ${port} of ${host} is in use. Stop what listens there, or set ${portVariable} to another one (0 takes a free one).`;
  }
  const advice = `Set HOST to an address of this machine, like 127.0.0.1, and ${portVariable} to a port that this user may bind.`;
  return `The address ${host}, port ${port}, cannot be listened on (${messageOf(cause)}). ${advice}`;
}

const CLOSE_GRACE_MS = 1_000;

async function close(server: Server, graceMs = CLOSE_GRACE_MS): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  // An idle connection is closed at once; one with a request under way, or half a request, after the grace.
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed.promise;
  clearTimeout(timer);
}
