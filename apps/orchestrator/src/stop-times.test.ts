import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { stopTimesOf } from "./stop-times.ts";

/** Docker kills a container so many milliseconds after SIGTERM. */
const DOCKER_MS = 10_000;

describe("a stop", () => {
  it.for([100, 9_000, 65_000])("has parts that leave some of its grace to a busy machine: %i ms", (graceMs) => {
    const { drainMs, answersMs, engineMs } = stopTimesOf({ SHUTDOWN_GRACE_MS: graceMs });
    expect(drainMs + answersMs + engineMs).toBeLessThan(graceMs);
    expect(Math.min(drainMs, answersMs, engineMs)).toBeGreaterThanOrEqual(0);
  });

  it("is over by default before Docker kills the process, and a call may begin and end in it", () => {
    const config = readConfig({});
    expect(config.SHUTDOWN_GRACE_MS).toBeLessThan(DOCKER_MS);
    expect(stopTimesOf(config).stopMsMax).toBe(config.SHUTDOWN_GRACE_MS);
    expect(stopTimesOf(config).drainMs).toBeGreaterThan(config.CALL_TIMEOUT_MS);
  });

  it("keeps two seconds of a long grace for what follows the last call", () => {
    expect(stopTimesOf({ SHUTDOWN_GRACE_MS: 65_000 }).drainMs).toBe(63_000);
  });
});
