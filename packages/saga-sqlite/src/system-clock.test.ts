import { setTimeout } from "node:timers/promises";
import { clockContract } from "saga-core/testing";
import { describe, it } from "vitest";
import { systemClock } from "./system-clock.ts";

describe("the system clock", () => {
  it.for(clockContract)("$name", ({ check }) => check({ clock: systemClock, pass: (ms) => setTimeout(ms) }));
});
