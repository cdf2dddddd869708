import { once } from "node:events";
import { createServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from "node:http2";
import { setTimeout } from "node:timers/promises";
import { createEndpointHandler, type LoggerTransport } from "@restatedev/restate-sdk";
import type { RestateEngine } from "../process/restate-engine.ts";

export interface RestateEndpointOptions {
  readonly services: RestateEngine["services"];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The public keys of the Restate that may call; none: whoever reaches the port may. */
  readonly identityKeys?: readonly string[];
  /** Told what Restate's SDK warns of. */
  readonly onWarning: (message: string) => void;
}

/** Where Restate calls this process: an address of its own, over HTTP/2, that nobody else needs to reach. */
export interface RestateEndpoint {
  readonly port: number;
  /** Takes no further call, lets those under way go on for as long as `graceMs`, and cuts what is left: Restate goes on elsewhere. */
  readonly close: (graceMs: number) => Promise<void>;
}

const UNSIGNED = "Accepting requests without validating request signatures";

/** @throws Error of node:net when the address cannot be bound. */
export async function listenForRestate({
  services,
  host,
  port,
  identityKeys = [],
  onWarning,
}: RestateEndpointOptions): Promise<RestateEndpoint> {
  const logger: LoggerTransport = ({ level }, message, ...rest) => {
    const text = [message, ...rest].map(String).join(" ");
    // That nobody checks who calls is what the configuration says, and our documentation.
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
