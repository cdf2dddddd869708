import { describe, expect, it } from "vitest";
import { SignalRefused } from "../ports/signals.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { Correlations } from "./correlations.ts";

const query = (correlation: string) => ({ definition: "ticket", step: "pay", correlation });

/** What is known of correlations, whose holders a test sets. */
function setUpCorrelations(limits: { readonly signalWaitMsMax?: number; readonly signalsWaitingMax?: number } = {}) {
  const clock = new SimulatedClock();
  const holders = new Map<string, string>();
  const correlations = new Correlations({
    journal: { holderOfCorrelation: async ({ correlation }) => holders.get(correlation) },
    clock,
    signalWaitMsMax: 5_000,
    signalsWaitingMax: 2,
    ...limits,
    refuse: async () => undefined,
    onDefect: () => undefined,
  });
  const find = (correlation: string) =>
    correlations.find(query(correlation)).catch((error: unknown) => (error instanceof SignalRefused ? error.refusal : error));
  return { clock, holders, find };
}

describe("signals that wait for their sagas", () => {
  it("are refused beyond the limit, and one whose saga is there finds it all the same", async () => {
    const { clock, holders, find } = setUpCorrelations();
    const waiting = [find("A-1"), find("A-2")];
    await settleMicrotasks();
    holders.set("B-1", "saga");
    expect([await find("A-3"), await find("B-1")]).toEqual(["overloaded", "saga"]);
    clock.advanceBy(5_000);
    expect(await Promise.all(waiting)).toEqual(["correlation-unknown", "correlation-unknown"]);
    const next = find("A-4");
    await settleMicrotasks();
    clock.advanceBy(5_000);
    expect(await next).toBe("correlation-unknown");
    expect(clock.waiting).toBe(0);
  });

  it("wait as long as was set, and not at all where that is no time", async () => {
    const { clock, find } = setUpCorrelations({ signalWaitMsMax: 100 });
    let isAnswered = false;
    const answered = find("A-1").finally(() => {
      isAnswered = true;
    });
    await settleMicrotasks();
    clock.advanceBy(99);
    await settleMicrotasks();
    expect(isAnswered).toBe(false);
    clock.advanceBy(1);
    expect(await answered).toBe("correlation-unknown");
    expect(await setUpCorrelations({ signalWaitMsMax: 0, signalsWaitingMax: 0 }).find("A-1")).toBe("correlation-unknown");
  });
});
