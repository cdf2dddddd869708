/** The part of Deno's own API that the bench uses; the workspace is typed for Node. */
declare const Deno: {
  readonly serve: (options: object, handler: (request: Request) => Promise<Response>) => DenoServer;
};

interface DenoServer {
  readonly addr: { readonly port: number };
  readonly shutdown: () => Promise<void>;
}

export interface Served {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves with Deno's own server, as people do who write for Deno alone. */
export function serve({ port }: { readonly port: number }, handler: (request: Request) => Promise<Response>): Served {
  const server = Deno.serve({ port, hostname: "127.0.0.1", onListen: () => undefined }, handler);
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}
