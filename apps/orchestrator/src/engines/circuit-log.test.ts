import { configure, reset } from "@logtape/logtape";
import type { ParticipantState } from "saga-core";
import { SimulatedClock } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { circuitLog } from "./circuit-log.ts";

const lines: string[] = [];

beforeEach(async () => {
  lines.length = 0;
  const sinks = {
    memory: ({ level, message }: { level: string; message: readonly unknown[] }) => lines.push(`${level}: ${message.join("")}`),
  };
  await configure({
    sinks,
    loggers: [
      { category: ["orchestrator", "participants"], lowestLevel: "debug", sinks: ["memory"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
});

afterEach(() => reset());

const open: ParticipantState = {
  participant: "payments",
  circuit: "open",
  callsInFlight: 0,
  waiting: 3,
  failures: 5,
  lastFailure: "answer",
};
const closed: ParticipantState = { participant: "payments", circuit: "closed", callsInFlight: 0, waiting: 3, failures: 0 };
const levels = () => lines.map((line) => line.split(":")[0]);

describe("the log of a circuit", () => {
  it("says what was seen when it opens, and when it closes", () => {
    const log = circuitLog(new SimulatedClock());
    log(open);
    log(closed);
    expect(lines).toEqual([
      "warning: 5 sagas failed at payments with no clear answer between; its last failure was answer: its circuit holds them back, and 3 sagas wait",
      "info: payments gives clear answers again; 3 sagas continue",
    ]);
  });

  it("says once a minute that it is open, for each participant, however often it closes and opens", () => {
    const clock = new SimulatedClock();
    const log = circuitLog(clock);
    for (const state of [open, { ...open, circuit: "half-open" } as const, open, closed, open, closed]) log(state);
    expect(levels()).toEqual(["warning", "debug", "debug", "info", "debug", "debug"]);
    lines.length = 0;
    log({ ...open, participant: "store-manager" });
    clock.advanceBy(60_000);
    log(open);
    log(closed);
    expect(levels()).toEqual(["warning", "warning", "info"]);
  });
});
