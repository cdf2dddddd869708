import { describe, expect, it } from "vitest";
import { settleMicrotasks } from "../testing/drive.ts";
import { UnreturnedCalls } from "./unreturned-calls.ts";

const run = { sagaId: "s", step: "pay", type: "run" } as const;

function setUp() {
  const resumed: string[] = [];
  const calls = new UnreturnedCalls((id) => resumed.push(id));
  const add = (since: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    calls.add(run, since, promise);
    return async () => {
      resolve();
      await settleMicrotasks();
    };
  };
  return { calls, resumed, add };
}

describe("the unreturned calls", () => {
  it("have a call from its deadline until it returns, and no other call of its step", async () => {
    const { calls, add } = setUp();
    expect(calls.since(run)).toBeUndefined();
    const comeBack = add(7);
    expect(calls.since(run)).toBe(7);
    for (const other of [
      { ...run, type: "probe" as const },
      { ...run, type: "rollback" as const },
      { ...run, sagaId: "t" },
      { ...run, step: "mail" },
    ])
      expect(calls.since(other)).toBeUndefined();
    await comeBack();
    expect(calls.since(run)).toBeUndefined();
  });

  it("have a call with two attempts until both have returned", async () => {
    const { calls, add } = setUp();
    const returns = [add(7), add(9)];
    await returns[0]?.();
    expect(calls.since(run)).toBe(7);
    await returns[1]?.();
    expect(calls.since(run)).toBeUndefined();
  });

  it("resume the saga that waits for one, once, when it returns", async () => {
    const { calls, resumed, add } = setUp();
    const comeBack = add(7);
    calls.placeOf(run)?.park("s");
    expect(resumed).toEqual([]);
    await comeBack();
    expect(resumed).toEqual(["s"]);
    expect(calls.placeOf(run)).toBeUndefined();
  });

  it("resume no saga that waits no longer", async () => {
    const { calls, resumed, add } = setUp();
    const comeBack = add(7);
    calls.placeOf(run)?.park("s");
    calls.forget("s");
    await comeBack();
    expect(resumed).toEqual([]);
  });
});
