import { listen } from "service-kit";

/** A reply of the provider, as its consumers got it. */
export interface RecordedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RecordingProxy {
  readonly url: string;
  /** The reply to the first request; undefined where none came. Pact follows a redirect, the client does not. */
  readonly first: () => RecordedReply | undefined;
  readonly close: () => Promise<void>;
}

/** Stands before a provider while one interaction is verified: Pact's report says what differs, not what was answered. */
export async function recordBefore(providerUrl: string): Promise<RecordingProxy> {
  let first: RecordedReply | undefined;
  const { url, close } = await listen({
    host: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      // A kept connection may be cut by the provider just when it is used again.
      headers.set("connection", "close");
      headers.delete("host");
      const body = request.method === "GET" ? null : await request.arrayBuffer();
      const reply = await fetch(`${providerUrl}${pathname}${search}`, {
        method: request.method,
        headers,
        body,
        redirect: "manual",
      });
      const text = await reply.text();
      const recorded = { status: reply.status, headers: headersOf(reply), text };
      first ??= recorded;
      return new Response(hasNoBody(reply.status) ? null : text, recorded);
    },
  });
  return { url, first: () => first, close: () => close(0) };
}

/** Without those of the connection itself, and of an encoding that is undone here. */
function headersOf({ headers }: Response): Readonly<Record<string, string>> {
  const own = ["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"];
  return Object.fromEntries([...headers].filter(([name]) => !own.includes(name)));
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
