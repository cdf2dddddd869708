import { describe, expect, it } from "vitest";
import { type Running, untilEnd } from "./process-end.ts";
import type { StopReason } from "./stop-signal.ts";

/** A process whose signals, errors and time a test makes. */
function setUp(running: Partial<Running> = {}) {
  const stopped = Promise.withResolvers<StopReason>();
  const interruptedAgain = Promise.withResolvers<void>();
  const uncaught = Promise.withResolvers<unknown>();
  const waited = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  const waits: number[] = [];
  let stops = 0;
  const stop = async () => {
    stops += 1;
  };
  const end = untilEnd(
    { stop, failed: failed.promise, ended: async () => undefined, ...running },
    {
      stopSignal: { stopped: stopped.promise, interruptedAgain: interruptedAgain.promise },
      uncaught: uncaught.promise,
      wait: (ms) => {
        waits.push(ms);
        return waited.promise;
      },
    },
  );
  return { end, stopped, interruptedAgain, uncaught, failed, waited, waits, stops: () => stops };
}

const sigterm = { name: "signal", signal: "SIGTERM" } as const;
const never = () => new Promise<void>(() => undefined);

describe("a process", () => {
  it("ends with 0 and the signal when it has stopped", async () => {
    const { end, stopped, stops } = setUp();
    stopped.resolve(sigterm);
    expect(await end).toEqual({ code: 0, reason: sigterm });
    expect(stops()).toBe(1);
  });

  it("ends with 1 when its stop fails, also after a signal", async () => {
    const error = new Error("disk full");
    const { end, stopped } = setUp({ stop: () => Promise.reject(error) });
    stopped.resolve(sigterm);
    expect(await end).toEqual({ code: 1, reason: sigterm, problem: { name: "error", error } });
  });

  it("stops and ends with 1 when it cannot go on", async () => {
    const { end, failed, stops } = setUp();
    const error = new Error("contradiction");
    failed.reject(error);
    expect(await end).toEqual({ code: 1, reason: { name: "failed", error } });
    expect(stops()).toBe(1);
  });

  it("ends with 1 at once on an error that nothing caught", async () => {
    const { end, uncaught, stops } = setUp();
    const error = new Error("a defect");
    uncaught.resolve(error);
    expect(await end).toEqual({ code: 1, reason: { name: "uncaught", error } });
    expect(stops()).toBe(0);
  });

  it("ends with 1 on an error that nothing caught while it stops", async () => {
    const { end, stopped, uncaught } = setUp({ stop: never });
    stopped.resolve(sigterm);
    const error = new Error("a defect");
    uncaught.resolve(error);
    expect(await end).toEqual({ code: 1, reason: sigterm, problem: { name: "error", error } });
  });

  it("ends with 1 at once on a second Ctrl-C", async () => {
    const { end, stopped, interruptedAgain } = setUp({ stop: never });
    stopped.resolve({ name: "signal", signal: "SIGINT" });
    interruptedAgain.resolve();
    expect(await end).toMatchObject({ code: 1, problem: { name: "second-interrupt" } });
  });

  it("ends with 1 when its stop takes longer than it may", async () => {
    const { end, stopped, waited, waits } = setUp({ stop: never, stopMsMax: 8_000 });
    stopped.resolve(sigterm);
    waited.resolve();
    expect(await end).toEqual({ code: 1, reason: sigterm, problem: { name: "too-slow", afterMs: 8_000 } });
    expect(waits).toEqual([8_000]);
  });
});
