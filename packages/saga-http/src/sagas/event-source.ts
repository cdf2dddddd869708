/** Some messages, as they go over the wire. */
export interface Messages {
  readonly bytes: Uint8Array;
  /** Whether more may follow at once. */
  readonly hasMore: boolean;
}

/** The source of a stream's messages. It keeps no queue for a reader: the stream calls `next` when its reader can take more. */
export interface EventSource {
  /** The messages since the last call, not too many at a time; undefined while there are none, `end` when no more can come. */
  readonly next: () => Promise<Messages | "end" | undefined>;
  /** Calls back when there may be new messages. Returns a function that stops it. */
  readonly watch: (onChange: () => void) => () => void;
  /** Whether the reader has fallen so far behind that messages for it are gone. */
  readonly hasLostSome: () => boolean;
}

/** A message of a stream. */
export interface EventMessage {
  readonly data: object;
  readonly event?: string;
  readonly id?: number;
}

const encoder = new TextEncoder();

/** A message as it goes over the wire (https://html.spec.whatwg.org/multipage/server-sent-events.html). JSON has no line breaks. */
export function renderMessage({ event, data, id }: EventMessage): Uint8Array {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    `data: ${JSON.stringify(data)}`,
    ...(id === undefined ? [] : [`id: ${id}`]),
  ];
  return encoder.encode(`${lines.join("\n")}\n\n`);
}

/** A comment, which clients ignore. */
export function renderComment(text: string): Uint8Array {
  return encoder.encode(`: ${text}\n\n`);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
