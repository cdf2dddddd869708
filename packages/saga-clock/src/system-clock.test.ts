import { setTimeout } from "node:timers/promises";
import { clockContract } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { SystemClock, systemClock } from "./system-clock.ts";

const HOUR_MS = 3_600_000;

/** A clock whose wall clock a test can set. */
function machine() {
  let set = 0;
  const clock = new SystemClock({ wall: () => Date.now() + set, monotonic: () => performance.now() });
  const jumpBy = (ms: number) => {
    set += ms;
  };
  return { clock, jumpBy };
}

describe("the system clock", () => {
  it.for(clockContract)("$name", ({ check }) => check({ clock: systemClock, pass: (ms) => setTimeout(ms) }));

  it("rings an alarm soon after the wall clock jumped past its instant", async () => {
    const { clock, jumpBy } = machine();
    let isWoken = false;
    clock.wakeAt(clock.now() + HOUR_MS, () => {
      isWoken = true;
    });
    jumpBy(HOUR_MS);
    await expect.poll(() => isWoken).toBe(true);
  });

  it("does not go back when the wall clock does, and still rings its alarms", async () => {
    const { clock, jumpBy } = machine();
    let isWoken = false;
    const before = clock.now();
    clock.wakeAt(before + 100, () => {
      isWoken = true;
    });
    jumpBy(-HOUR_MS);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    await expect.poll(() => isWoken).toBe(true);
    expect(clock.now()).toBeGreaterThanOrEqual(before + 100);
  });

  it("never passes more slowly than time does, also after the wall clock jumped back", () => {
    const source = { wall: 1_000_000, monotonic: 0 };
    const clock = new SystemClock({ wall: () => source.wall, monotonic: () => source.monotonic });
    const pass = (ms: number, jumpMs = 0) => {
      source.wall += ms + jumpMs;
      source.monotonic += ms;
      return clock.now();
    };
    expect(pass(1_000, -HOUR_MS)).toBe(1_001_000);
    expect(pass(HOUR_MS)).toBe(1_001_000 + HOUR_MS);
    // Once the wall clock has caught up, it is followed again.
    expect(pass(1_000, HOUR_MS + 5_000)).toBe(1_007_000 + HOUR_MS);
  });

  it("holds a hundred thousand alarms, and does not ring cancelled ones", async () => {
    const { clock } = machine();
    const now = clock.now();
    let woken = 0;
    const cancels = Array.from({ length: 100_000 }, (_, index) =>
      clock.wakeAt(now + 50 + (index % 100), () => {
        woken += 1;
      }),
    );
    for (const cancel of cancels.slice(10)) cancel();
    await expect.poll(() => woken).toBe(10);
    await setTimeout(200);
    expect(woken).toBe(10);
  });
});
