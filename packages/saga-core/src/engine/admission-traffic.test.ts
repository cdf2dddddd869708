import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Traffic } from "../testing/traffic.ts";

const DEADLINE_MS = 10_000;
const chains = fc.constantFrom(["a"], ["a", "b"], ["a", "a", "b"], ["a", "b", "b"], ["a", "b", "a", "b"]);
const calls = fc.integer({ min: 4, max: 16 });
const jitter = fc.infiniteStream(fc.double({ min: 0.5, max: 1.5, noNaN: true }));

/** How long a call to each of two participants takes on the average, in milliseconds. */
const services = (min: number, max: number) => fc.record({ a: fc.integer({ min, max }), b: fc.integer({ min, max }) });

interface Case {
  readonly participants: readonly string[];
  readonly callsInFlightMax: number;
  readonly service: { readonly a: number; readonly b: number };
  /** What each call takes of that time. */
  readonly times: Iterator<number>;
}

const cases = (min: number, max: number) =>
  fc.record({ participants: chains, callsInFlightMax: calls, service: services(min, max), times: jitter });

/** How many sagas a second the slower participant lets through. */
function capacityOf({ participants, callsInFlightMax, service }: Case): number {
  const busyMs = (name: "a" | "b") => participants.filter((each) => each === name).length * service[name];
  return (callsInFlightMax * 1_000) / Math.max(busyMs("a"), busyMs("b"));
}

function trafficOf({ participants, callsInFlightMax, service, times }: Case): Traffic {
  const serviceMs = (name: string) => Math.round((name === "a" ? service.a : service.b) * (times.next().value ?? 1));
  return new Traffic({ participants, callsInFlightMax, deadlineMs: DEADLINE_MS, serviceMs });
}

describe("sagas that are admitted by what is measured", () => {
  it("make all of their calls before their deadline, however many are started", () => {
    const loads = fc.double({ min: 1, max: 20, noNaN: true });
    fc.assert(
      fc.property(cases(20, 1_000), loads, (given, load) => {
        const perSecond = load * capacityOf(given);
        const traffic = trafficOf(given).run(Math.min(3_000, Math.ceil(perSecond * 20)), 1_000 / perSecond);
        expect(traffic.late).toBe(0);
        expect(traffic.completed).toBe(traffic.accepted);
        expect(traffic.accepted).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  it("are all that come, as long as no more come than get through", () => {
    const loads = fc.double({ min: 0.05, max: 0.85, noNaN: true });
    fc.assert(
      fc.property(cases(5, 400), loads, (given, load) => {
        expect(trafficOf(given).run(500, 1_000 / (load * capacityOf(given))).refused).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it("are a whole burst into an idle process, if it is through within a quarter of the deadline", () => {
    fc.assert(
      fc.property(cases(5, 300), (given) => {
        const burst = Math.floor(capacityOf(given) * (DEADLINE_MS / 1_000) * 0.25);
        expect(trafficOf(given).run(Math.min(2_000, burst), 0)).toMatchObject({ refused: 0, late: 0 });
      }),
      { numRuns: 25 },
    );
  });

  it("are not refused because their calls take long: 4.9 of the 10 seconds of their deadline", () => {
    const traffic = new Traffic({
      participants: ["a", "b"],
      callsInFlightMax: 64,
      deadlineMs: DEADLINE_MS,
      serviceMs: (name) => (name === "a" ? 5 : 4_900),
    });
    // 64 calls of 4.9 seconds are 13 a second.
    traffic.run(600, 1_000 / 12);
    expect(traffic).toMatchObject({ refused: 0, late: 0, completed: 600 });
  });

  it("are so few at a silent participant that each makes its first attempt, and none more while it lasts", () => {
    const traffic = new Traffic({
      participants: ["a", "b"],
      callsInFlightMax: 64,
      deadlineMs: DEADLINE_MS,
      serviceMs: () => undefined,
    });
    traffic.run(4_000, 5);
    expect(traffic.unattempted).toBe(0);
    expect(traffic.accepted).toBeLessThan(64 + 8 * 5);
  });
});
