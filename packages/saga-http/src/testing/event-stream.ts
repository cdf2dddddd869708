import { expect } from "vitest";

/** The header of a request for a stream. */
export const stream = { accept: "text/event-stream" };

/** Reads a stream, one message at a time; after the last one, "end". */
export function readMessages(response: Response) {
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error("The reply has no body.");
  const next = async () => {
    const { value, done } = await reader.read();
    return done ? "end" : value.trim();
  };
  return { next, cancel: () => reader.cancel() };
}

/** The JSON of a message. */
export function dataOf(message: string): unknown {
  const line = message.split("\n").find((each) => each.startsWith("data: "));
  return JSON.parse(line?.slice("data: ".length) ?? "null");
}
