/** For what hangs, not for what is slow on a busy machine. */
const PATIENCE_MS = 30_000;

export interface Reply {
  readonly status: number;
  /** What the JSON says; the text itself where it is none. */
  readonly body: unknown;
  readonly text: string;
}

/** Sends a request to a service, as anybody could. */
export async function send(
  url: string,
  method: string,
  { body, key }: { readonly body?: unknown; readonly key?: string } = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: {
      // A kept connection may be cut by the service just when it is used again.
      connection: "close",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": `"${key}"` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  return { status: response.status, body: parseJson(text) ?? text, text };
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
