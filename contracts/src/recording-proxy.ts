import { listen } from "service-kit";

/** A reply of the provider, as its consumer gets it. */
export interface RecordedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RecordingProxy {
  readonly url: string;
  /** The reply to the first request; undefined if there was none. Pact follows a redirect, the client does not. */
  readonly first: () => RecordedReply | undefined;
  readonly close: () => Promise<void>;
}

/** Starts a proxy in front of a provider for one interaction, because Pact's report has the differences but not the reply. */
export async function startRecordingProxy(providerUrl: string): Promise<RecordingProxy> {
  let first: RecordedReply | undefined;
  const { url, close } = await listen({
    host: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      // The provider may close an idle connection just as it is used again.
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

/** The headers without those of the connection, and without the encoding, which fetch has decoded. */
function headersOf({ headers }: Response): Readonly<Record<string, string>> {
  const own = ["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"];
  return Object.fromEntries([...headers].filter(([name]) => !own.includes(name)));
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
