import type { SimulatedClock } from "saga-core/testing";
import { expect } from "vitest";
import { settle } from "./seat-app.ts";

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

/** Reads a stream as fast as it comes, and says whether it has ended; time passes a second at a time, in which a stream looks after itself. */
export function watchEnd(response: Response, clock: SimulatedClock) {
  let hasEnded = false;
  const ended = readToEnd(response).then(() => {
    hasEnded = true;
  });
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advanceBy(1_000);
      await settle();
    }
  };
  return { ended, pass, hasEnded: () => hasEnded };
}

/** Reads a stream as fast as it comes. */
export async function readToEnd(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  while (reader && !(await reader.read()).done);
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
