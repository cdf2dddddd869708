import { describe, it } from "vitest";
import { clockContract } from "./clock-contract.ts";
import { SimulatedClock } from "./simulated-clock.ts";

describe("the simulated clock", () => {
  it.for(clockContract)("$name", ({ check }) => {
    const clock = new SimulatedClock();
    return check({ clock, pass: async (ms) => clock.advanceBy(ms) });
  });
});
