import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Traffic } from "../testing/traffic.ts";

const DEADLINE_MS = 10_000;
const chains = fc.constantFrom(["a"], ["a", "b"], ["a", "a", "b"], ["a", "b", "b"], ["a", "b", "a", "b"]);
const calls = fc.integer({ min: 2, max: 16 });
const jitter = fc.infiniteStream(fc.double({ min: 0.5, max: 1.5, noNaN: true }));

interface Service {
  readonly a: number;
  readonly b: number;
}

/** How long a call to each of two participants takes on the average, in milliseconds. */
const services = (min: number, max: number) =>
  fc.record({ a: fc.integer({ min, max }), b: fc.integer({ min, max }) });

/** How many sagas a second the slower participant lets through. */
function capacityOf(participants: readonly string[], callsInFlightMax: number, service: Service): number {
  const busyMs = (name: "a" | "b") => participants.filter((each) => each === name).length * service[name];
  return (callsInFlightMax * 1_000) / Math.max(busyMs("a"), busyMs("b"));
}

const around = (service: Service, times: Iterator<number>) => (name: string) =>
  Math.round((name === "a" ? service.a : service.b) * (times.next().value ?? 1));

describe("sagas that are admitted by what is measured", () => {
  it("make all of their calls before their deadline, however many are started", () => {
    const loads = fc.double({ min: 1, max: 20, noNaN: true });
    fc.assert(
      fc.property(chains, calls, services(20, 1_000), loads, jitter, (participants, callsInFlightMax, service, load, times) => {
        const traffic = new Traffic({
          participants,
          callsInFlightMax,
          deadlineMs: DEADLINE_MS,
          serviceMs: around(service, times),
        });
        const perSecond = load * capacityOf(participants, callsInFlightMax, service);
        traffic.run(Math.min(3_000, Math.ceil(perSecond * 20)), 1_000 / perSecond);
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
      fc.property(chains, calls, services(5, 400), loads, jitter, (participants, callsInFlightMax, service, load, times) => {
        const traffic = new Traffic({
          participants,
          callsInFlightMax,
          deadlineMs: DEADLINE_MS,
          serviceMs: around(service, times),
        });
        const perSecond = load * capacityOf(participants, callsInFlightMax, service);
        traffic.run(500, 1_000 / perSecond);
        expect(traffic.refused).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it("are a whole burst into an idle process, if it is through within the margin", () => {
    fc.assert(
      fc.property(chains, calls, services(5, 300), jitter, (participants, callsInFlightMax, service, times) => {
        const traffic = new Traffic({
          participants,
          callsInFlightMax,
          deadlineMs: DEADLINE_MS,
          serviceMs: around(service, times),
        });
        const burst = Math.floor(capacityOf(participants, callsInFlightMax, service) * (DEADLINE_MS / 1_000) * 0.3);
        traffic.run(Math.min(2_000, burst), 0);
        expect(traffic.refused).toBe(0);
        expect(traffic.late).toBe(0);
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
