import type { SimulatedClock } from "saga-core/testing";
import { expect } from "vitest";

/** The header of a request for a stream. */
export const stream = { accept: "text/event-stream" };

/** Reads a stream, one message at a time; after the last one, "end". While it waits, the time passes. */
export function readMessages(response: Response, clock: SimulatedClock) {
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error("The reply has no body.");
  const messages: string[] = [];
  const next = async () => {
    while (messages.length === 0) {
      const { value, done } = await whileTimePasses(reader.read(), clock);
      if (done) return "end";
      messages.push(...value.trim().split("\n\n"));
    }
    return messages.shift() ?? "end";
  };
  return { next, cancel: () => reader.cancel() };
}

async function whileTimePasses<T>(promise: Promise<T>, clock: SimulatedClock): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  settled.catch(() => undefined);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve));
    if (isSettled) return await settled;
    clock.advanceBy(10);
  }
}

/** The JSON of a message. */
export function dataOf(message: string): unknown {
  const line = message.split("\n").find((each) => each.startsWith("data: "));
  return JSON.parse(line?.slice("data: ".length) ?? "null");
}
