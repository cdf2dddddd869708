import type { Clock } from "../ports/clock.ts";
import { type ContractCase, expectSame } from "./contract.ts";

/** A clock, and a function that lets at least the given number of milliseconds pass on it. */
export interface ClockSubject {
  readonly clock: Clock;
  readonly pass: (ms: number) => Promise<void>;
}

/** What every clock must do. */
export const clockContract: readonly ContractCase<ClockSubject>[] = [
  {
    name: "wakes in the order of the instants, each once",
    check: async ({ clock, pass }) => {
      const woken: string[] = [];
      const now = clock.now();
      clock.wakeAt(now + 40, () => woken.push("second"));
      clock.wakeAt(now + 20, () => woken.push("first"));
      await pass(80);
      await pass(40);
      expectSame(woken, ["first", "second"], "woken");
    },
  },
  {
    name: "wakes at or after the instant, and not before",
    check: async ({ clock, pass }) => {
      const instant = clock.now() + 20;
      let wokenAt = 0;
      clock.wakeAt(instant, () => {
        wokenAt = clock.now();
      });
      expectSame(wokenAt, 0, "woken before the instant");
      await pass(60);
      expectSame(wokenAt >= instant, true, "woken at or after the instant");
    },
  },
  {
    name: "wakes soon for an instant that has passed, and never before wakeAt returns",
    check: async ({ clock, pass }) => {
      let isWoken = false;
      clock.wakeAt(clock.now() - 1_000, () => {
        isWoken = true;
      });
      expectSame(isWoken, false, "woken before wakeAt returned");
      await pass(20);
      expectSame(isWoken, true, "woken");
    },
  },
  {
    name: "does not call back after it was cancelled",
    check: async ({ clock, pass }) => {
      let isWoken = false;
      const cancel = clock.wakeAt(clock.now() + 10, () => {
        isWoken = true;
      });
      cancel();
      await pass(40);
      expectSame(isWoken, false, "woken");
    },
  },
  {
    name: "waits for an instant that is months away",
    check: async ({ clock, pass }) => {
      let isWoken = false;
      const cancel = clock.wakeAt(clock.now() + 10_000_000_000, () => {
        isWoken = true;
      });
      await pass(20);
      cancel();
      expectSame(isWoken, false, "woken");
    },
  },
];
