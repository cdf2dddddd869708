interface JsonOptions {
  /** The HTTP status. Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON reply. Unlike one of `Response.json`, @hono/node-server sends it as text, without a stream. */
export function jsonReply(value: unknown, options?: JsonOptions): Response {
  return jsonText(JSON.stringify(value), options);
}

/** The same for a text that is JSON already. */
export function jsonText(text: string, { status = 200, headers = {} }: JsonOptions = {}): Response {
  return new Response(text, { status, headers: { "content-type": "application/json", ...headers } });
}
