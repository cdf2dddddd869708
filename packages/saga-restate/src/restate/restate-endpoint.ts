import { once } from "node:events";
import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import { setTimeout } from "node:timers/promises";
import { createEndpointHandler, type LoggerTransport } from "@restatedev/restate-sdk";

export interface RestateEndpointOptions {
  /** The services of the engine: `RestateEngine.services`. */
  readonly services: Readonly<Parameters<typeof createEndpointHandler>[0]["services"]>;
  /** The address to listen on, for instance `127.0.0.1`. */
  readonly host: string;
  /** 0 selects a free one. */
  readonly port: number;
  /** The public keys of the Restate that may call. Default: none, so that anybody who reaches the port may. */
  readonly identityKeys?: readonly string[];
  /** Called with each warning of Restate's SDK. */
  readonly onWarning: (message: string) => void;
  /** Called with the server before it listens, for example to bound its connections. Default: nothing. */
  readonly prepare?: (server: Http2Server) => void;
}

/** Where Restate calls this process over HTTP/2. Nobody else needs to reach it. */
export interface RestateEndpoint {
  /** The port it listens on. */
  readonly port: number;
  /** Accepts no further call, lets those under way end within `graceMs`, and cuts the rest: Restate continues them elsewhere. */
  readonly close: (graceMs: number) => Promise<void>;
}

const UNSIGNED = "Accepting requests without validating request signatures";

/**
 * Serves the engine to Restate over HTTP/2 without TLS. Register the address afterwards, with `RestateEngine.register`.
 *
 * @throws Error of node:net when the address cannot be bound.
 */
export async function listenForRestate({
  services,
  host,
  port,
  identityKeys = [],
  onWarning,
  prepare,
}: RestateEndpointOptions): Promise<RestateEndpoint> {
  const logger: LoggerTransport = ({ level }, message, ...rest) => {
    const text = [message, ...rest].map(String).join(" ");
    // The configuration and our documentation say that requests are not checked.
    if ((level === "warn" || level === "error") && !text.includes(UNSIGNED)) onWarning(text);
  };
  const handle: (request: Http2ServerRequest, response: Http2ServerResponse) => void = createEndpointHandler({
    services: [...services],
    identityKeys: [...identityKeys],
    logger,
  });
  const server = createServer(handle);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  prepare?.(server);
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: async (graceMs) => {
      server.close();
      for (const session of sessions) session.close();
      await Promise.race([allClosed(sessions), setTimeout(graceMs, undefined, { ref: false })]);
      for (const session of sessions) session.destroy();
    },
  };
}

async function allClosed(sessions: ReadonlySet<ServerHttp2Session>): Promise<void> {
  await Promise.all([...sessions].map((session) => once(session, "close")));
}
