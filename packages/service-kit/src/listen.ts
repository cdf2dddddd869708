import type { Server } from "node:http";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";

/** A service that answers requests, and how to stop it. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Accepts no new connection and resolves when the open ones are done. */
  readonly close: () => Promise<void>;
}

export interface ListenOptions {
  readonly fetch: (request: Request, bindings: HttpBindings) => Response | Promise<Response>;
  readonly host: string;
  readonly port: number;
  /** The variable that sets the port, for the message about a busy one. */
  readonly portVariable?: string;
}

/** The port cannot be bound. The message names the port and the variable that changes it. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** @throws ListenError when the address cannot be bound. */
export async function listen({ fetch, host, port, portVariable = "PORT" }: ListenOptions): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request, bindings) => {
      if (!isHttp1(bindings)) throw new TypeError("Only HTTP/1.1 is served.");
      return fetch(request, bindings);
    },
  });
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(port, host, listening.resolve);
  try {
    await listening.promise;
  } catch (cause) {
    const isBusy = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    const problem = isBusy ? "is in use" : `cannot be bound (${cause instanceof Error ? cause.message : String(cause)})`;
    const message = `Port ${port} of ${host} ${problem}. Stop what listens there, or set ${portVariable} to another one (0 takes a free one).`;
    throw new ListenError(message, { cause });
  }
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`, port: bound, close: () => close(server) };
}

type Bindings = Parameters<Parameters<typeof createAdaptorServer>[0]["fetch"]>[1];

function isHttp1(bindings: Bindings): bindings is HttpBindings {
  return !("stream" in bindings.incoming);
}

function close(server: ReturnType<typeof createAdaptorServer>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  // A kept-alive connection without a request is not worth waiting for.
  if (hasIdleConnections(server)) server.closeIdleConnections();
  return promise;
}

function hasIdleConnections(server: ReturnType<typeof createAdaptorServer>): server is Server {
  return "closeIdleConnections" in server;
}
