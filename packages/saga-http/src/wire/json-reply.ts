interface JsonOptions {
  /** The HTTP status. Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON reply. Unlike one of `Response.json`, @hono/node-server sends it as text, without a stream. */
export function jsonReply(value: unknown, { status = 200, headers = {} }: JsonOptions = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });
}
