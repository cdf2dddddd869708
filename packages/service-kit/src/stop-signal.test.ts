import { describe, expect, it } from "vitest";
import { END_WITH_PARENT, type StopSignalPorts, watchStopSignal } from "./stop-signal.ts";

/** A process whose signals, parent and time a test moves. */
function setUp(options: Partial<StopSignalPorts> = {}, areLaunchersAlive?: () => boolean) {
  const listeners = new Map<string, () => void>();
  const checks: (() => void)[] = [];
  let now = 0;
  const stopSignal = watchStopSignal(areLaunchersAlive, {
    arguments: [],
    on: (signal, listener) => listeners.set(signal, listener),
    nowMs: () => now,
    endsOnHangup: () => true,
    every: (_, callback) => {
      checks.push(callback);
      return () => undefined;
    },
    ...options,
  });
  return {
    ...stopSignal,
    /** Returns whether the process listens for the signal. */
    send: (signal: string) => {
      const listener = listeners.get(signal);
      listener?.();
      return listener !== undefined;
    },
    check: () => {
      for (const check of checks) check();
    },
    pass: (ms: number) => {
      now += ms;
    },
    checks,
  };
}

describe("a stop signal", () => {
  it.for(["SIGTERM", "SIGINT", "SIGHUP"] as const)("names %s", async (signal) => {
    const { stopped, send, isStopped } = setUp();
    expect(isStopped()).toBe(false);
    send(signal);
    expect(isStopped()).toBe(true);
    expect(await stopped).toEqual({ name: "signal", signal });
  });

  it("names the first reason, when others follow", async () => {
    const { stopped, send } = setUp();
    send("SIGHUP");
    send("SIGTERM");
    expect(await stopped).toEqual({ name: "signal", signal: "SIGHUP" });
  });

  it("is no hangup that the starter ignored, which is listened for all the same: Deno would end the process", () => {
    const { send, isStopped } = setUp({ endsOnHangup: () => false });
    expect(send("SIGHUP")).toBe(true);
    expect(isStopped()).toBe(false);
  });

  it("looks whether the starter ignored a hangup before it listens: afterwards nothing shows that any more", () => {
    const order: string[] = [];
    const endsOnHangup = () => order.push("looked") > 0;
    setUp({ endsOnHangup, on: (signal) => order.push(signal) });
    expect(order[0]).toBe("looked");
  });

  it("watches no parent in a process that runs alone", () => {
    expect(setUp().checks).toEqual([]);
  });

  it("watches the parent of a process that is to end with it, and leaves a hangup to that parent", async () => {
    const { checks, send, isStopped } = setUp({ arguments: [END_WITH_PARENT] });
    expect(checks).toHaveLength(1);
    send("SIGHUP");
    expect(isStopped()).toBe(false);
  });

  it("says that a launcher is gone", async () => {
    let isAlive = true;
    const { stopped, check, isStopped } = setUp({}, () => isAlive);
    check();
    expect(isStopped()).toBe(false);
    isAlive = false;
    check();
    expect(await stopped).toEqual({ name: "launcher-gone" });
  });

  it("takes a later SIGINT for a second Ctrl-C, but none that is forwarded at once, and no other signal", async () => {
    const { interruptedAgain, send, pass } = setUp();
    let isAgain = false;
    void interruptedAgain.then(() => {
      isAgain = true;
    });
    const settle = () => Promise.resolve();
    send("SIGINT");
    send("SIGINT");
    pass(1_000);
    send("SIGTERM");
    send("SIGHUP");
    await settle();
    expect(isAgain).toBe(false);
    send("SIGINT");
    await settle();
    expect(isAgain).toBe(true);
  });
});
