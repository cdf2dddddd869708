import { describe, expect, it } from "vitest";
import { systemClock } from "./system-clock.ts";

describe("the system clock", () => {
  it("wakes in the order of the instants, and not whoever called it off", async () => {
    const woken: string[] = [];
    const now = systemClock.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    systemClock.wakeAt(now + 40, resolve);
    const cancel = systemClock.wakeAt(now + 5, () => woken.push("cancelled"));
    systemClock.wakeAt(now + 20, () => woken.push("second"));
    systemClock.wakeAt(now - 1_000, () => woken.push("first"));
    cancel();
    await promise;
    expect(woken).toEqual(["first", "second"]);
  });

  it("does not take an instant beyond the reach of one timer for one that has passed", async () => {
    let isWoken = false;
    const cancel = systemClock.wakeAt(systemClock.now() + 10_000_000_000, () => {
      isWoken = true;
    });
    await new Promise((resolve) => systemClock.wakeAt(systemClock.now() + 20, () => resolve(undefined)));
    cancel();
    expect(isWoken).toBe(false);
  });
});
