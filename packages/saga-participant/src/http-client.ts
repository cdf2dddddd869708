/** A call, ready to be sent. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. Absent: no body. */
  readonly body?: string;
  /** Ends the call, wherever it is: while it waits for a connection, sends, or reads the last byte. */
  readonly signal: AbortSignal;
}

/** A complete reply, unpacked. */
export interface HttpReply {
  readonly status: number;
  readonly text: string;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/**
 * Sends a request at most once, follows no redirect, and reads the whole reply.
 *
 * @throws NotSent when there is no connection: the request certainly had no effect.
 * @throws UselessReply for a reply that is too large or cannot be unpacked: the participant is alive.
 * @throws any other error when the request may have been sent.
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpReply>;

/** There is no connection, so nothing was sent. */
export class NotSent extends Error {
  override readonly name = "NotSent";
}

/** A reply arrived that is of no use. */
export class UselessReply extends Error {
  override readonly name = "UselessReply";
}

/** The largest reply that is read, unpacked. */
export const REPLY_BYTES_MAX = 65_536;

export function oversized(): UselessReply {
  return new UselessReply(`the reply has more than ${REPLY_BYTES_MAX} bytes`);
}
