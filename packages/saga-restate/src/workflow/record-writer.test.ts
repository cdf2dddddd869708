import { type SagaEvent, unknown } from "saga-core";
import { type AppliedEvent, readHistory, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { WrittenState } from "../simulation/written-state.ts";
import { timings } from "../timings.ts";
import { lookAtRecord } from "./look-at-record.ts";
import { RecordWriter } from "./record-writer.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld(), { deadlineMs: 3_600_000 });

/** The events of a saga that was interrupted, then fails at its first step, and is interrupted again. */
function historyOf({ before = 0, failures = 0, after = 0 }): readonly AppliedEvent[] {
  const interrupted = (count: number) => Array.from({ length: count }, (): SagaEvent => ({ type: "resumed", at: 1 }));
  const failed = Array.from({ length: failures }, (_, index): SagaEvent => {
    const attempt = { step: "order", action: "run", attempt: index + 1 } as const;
    return { type: "answered", at: 1, ...attempt, outcome: unknown("lost"), random: 0 };
  });
  const start = startOf(controller, { id: "saga", at: 1, input: {}, idempotencyKey: undefined, trace: undefined });
  const parked: readonly SagaEvent[] = Array.from({ length: before }, (_, index) => ({
    type: index % 2 ? "resumed" : "parked",
    at: 1,
  }));
  const events = [start, ...parked, ...failed, ...interrupted(after)];
  return readHistory(controller, "saga", events).entries;
}

/** Writes after each event. */
function write(history: readonly AppliedEvent[]) {
  const written = new WrittenState();
  const sets = new Map<string, number>();
  const set = (key: string, value: unknown) => {
    sets.set(key, (sets.get(key) ?? 0) + 1);
    written.set(key, value);
  };
  const writer = new RecordWriter({ set, request: () => ({ id: "run", attemptCompletedSignal: new AbortController().signal }) });
  for (const applied of history) {
    writer.add(applied);
    writer.write({ saga: applied.saga, controller });
    written.check("saga", { saga: applied.saga, controller });
  }
  return { written, writer, sets };
}

describe("the written record of a saga", () => {
  it("has few events where a call failed often, whenever it was written, and makes the same saga", () => {
    const { written, writer } = write(historyOf({ before: 2, failures: 300 }));
    expect(written.events.length).toBeLessThan(2 * timings.eventsPerPart);
    expect(writer.events).toHaveLength(written.events.length);
  });

  it("writes each part once: failures that may still be compacted are in none", () => {
    const { written, sets } = write(historyOf({ before: 14, failures: 100, after: 60 }));
    const parts = [...sets].filter(([key]) => key !== "saga");
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map(([, count]) => count)).toEqual(parts.map(() => 1));
    expect(written.events.length).toBeLessThan(100);
  });

  it("is looked at some parts at a time; a process of an earlier release gets all at once", async () => {
    const history = historyOf({ before: 20 * timings.eventsPerPart });
    const { written } = write(history);
    const context = { key: "saga", get: async (key: string) => written.get(key) };
    const first = await lookAtRecord(context, { part: 0 });
    expect(first?.earlier).toHaveLength(timings.partsPerLook * timings.eventsPerPart);
    const next = await lookAtRecord(context, { part: first?.nextPart ?? 0 });
    expect(next).not.toHaveProperty("nextPart");
    const all = await lookAtRecord(context, null);
    expect(all?.earlier).toEqual([...(first?.earlier ?? []), ...(next?.earlier ?? [])]);
    expect(all).not.toHaveProperty("nextPart");
  });
});

describe("a saga since it was last written", () => {
  it("has only failed at one call, or something else has happened too", () => {
    const history = historyOf({ failures: 22, after: 1 });
    const { writer } = write(history.slice(0, 21));
    expect(writer.failuresOnly(21)).toBe(20);
    const seen = history.slice(21).map((applied) => {
      writer.add(applied);
      return writer.failuresOnly(applied.saga.seq);
    });
    expect(seen).toEqual([21, 22, 0]);
  });
});
