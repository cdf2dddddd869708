import { listen } from "service-kit";

/** A reply of the provider, as its consumers got it. */
export interface RecordedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RecordingProxy {
  readonly url: string;
  /** The reply to the last request; undefined where none came. */
  readonly last: () => RecordedReply | undefined;
  readonly close: () => Promise<void>;
}

/** Stands before a provider while one interaction is verified: Pact's report says what differs, not what was answered. */
export async function recordBefore(providerUrl: string): Promise<RecordingProxy> {
  let last: RecordedReply | undefined;
  const { url, close } = await listen({
    host: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      last = undefined;
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
      last = { status: reply.status, headers: headersOf(reply), text };
      return new Response(hasNoBody(reply.status) ? null : text, { status: reply.status, headers: last.headers });
    },
  });
  return { url, last: () => last, close: () => close(0) };
}

/** Without those of the connection itself, and of an encoding that is undone here. */
function headersOf({ headers }: Response): Readonly<Record<string, string>> {
  const own = ["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"];
  return Object.fromEntries([...headers].filter(([name]) => !own.includes(name)));
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
