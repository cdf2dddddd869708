/** The timeout ends requests that hang, not requests that are slow on a busy machine. */
const TIMEOUT_MS = 30_000;

export interface Reply {
  readonly status: number;
  /** The parsed JSON; the text if it is not JSON. */
  readonly body: unknown;
  readonly text: string;
}

/** Sends a request to a service. */
export async function send(
  url: string,
  method: string,
  { body, key, prefer }: { readonly body?: unknown; readonly key?: string; readonly prefer?: string } = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: {
      // The service may close an idle connection just as it is used again.
      connection: "close",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": `"${key}"` }),
      ...(prefer !== undefined && { prefer }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  return { status: response.status, body: parseJson(text) ?? text, text };
}

/** Parses a JSON text; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
