import { done, rejected, type SagaEvent, unavailable, unknown } from "saga-core";
import { startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { type CallReport, recordedReportsSchema } from "../objects/messages.ts";
import { SagaReplica } from "./saga-replica.ts";

const HOUR_MS = 3_600_000;
const START = 1_000_000;

const controller = new ScriptedController(contractSteps, new ScriptedWorld(), { deadlineMs: HOUR_MS, attemptsMax: 5 });

function begin(): SagaReplica {
  return SagaReplica.begin(
    controller,
    startOf(controller, { at: START, id: "saga", input: {}, idempotencyKey: undefined, trace: undefined }),
  );
}

function eventsOf(replica: SagaReplica): readonly SagaEvent[] {
  return replica.drainApplied().map(({ event }) => event);
}

describe("the replica of a saga", () => {
  it("is the same whether a report comes from its call or from the journal", () => {
    const all: readonly CallReport[] = [
      { checkpoint: true, at: START + 1 },
      { outcome: unavailable("away", { retryAfterMs: 10 }), at: START + 2, random: 0.25 },
      { checkpoint: true, at: START + HOUR_MS / 2 },
      { resumed: true, at: START + HOUR_MS / 2 },
      { outcome: done(), at: START + HOUR_MS / 2 + 1, random: 0.5 },
      { openUntil: START + HOUR_MS / 2 + 5, at: START + HOUR_MS / 2 + 2 },
    ];
    const [own, replayed] = [begin(), begin()];
    for (const report of all) own.applyReport(report);
    for (const report of recordedReportsSchema.parse(JSON.parse(JSON.stringify(all)))) replayed.applyRecorded(report);
    expect(replayed.saga).toEqual(own.saga);
    expect([replayed.call, replayed.until]).toEqual([own.call, own.until]);
    // Restate compares what a replay writes with what was written, to the order of the members.
    expect(JSON.stringify(eventsOf(replayed))).toBe(JSON.stringify(eventsOf(own)));
    expect(own.saga.isParked).toBe(true);
    expect(own.until).toBe(START + HOUR_MS / 2 + 5);
  });

  it("needs a human where a rollback was not sent because another saga has its id, also when that is replayed", () => {
    const [own, replayed] = [begin(), begin()];
    const all: readonly CallReport[] = [
      { outcome: done(), at: START, random: 0.5 },
      { outcome: rejected("none left"), at: START, random: 0.5 },
      { outcome: unknown("no answer"), at: START, random: 0.5 },
      { checkpoint: true, at: START + HOUR_MS },
      { reusedBy: "other", at: START + HOUR_MS },
    ];
    for (const report of all) own.applyReport(report);
    for (const report of recordedReportsSchema.parse(JSON.parse(JSON.stringify(all)))) replayed.applyRecorded(report);
    expect(own.saga.phase).toMatchObject({ name: "needs-intervention", reason: "id-reused", holder: "other" });
    expect(JSON.stringify(eventsOf(replayed))).toBe(JSON.stringify(eventsOf(own)));
    expect(own.call).toBeUndefined();
  });

  it("does not go back in time where clocks differ, and counts whole milliseconds", () => {
    const replica = begin();
    replica.applyReport({ outcome: done(), at: START - 500, random: 0.5 });
    expect(replica.saga.updatedAt).toBe(START);
    replica.applyReport({ outcome: done(), at: START + 0.5, random: 0.5 });
    expect(replica.saga.updatedAt).toBe(START + 1);
  });

  it("applies a deadline that passed during a call before the call's answer", () => {
    const replica = begin();
    replica.applyReport({ outcome: done(), at: START + HOUR_MS + 5, random: 0.5 });
    const types = eventsOf(replica).map(({ type, at }) => [type, at]);
    expect(types.slice(0, 3)).toEqual([
      ["started", START],
      ["woken", START + HOUR_MS],
      ["answered", START + HOUR_MS + 5],
    ]);
  });

  it("decides a call again where a checkpoint is recorded long after the decision", () => {
    const replica = begin();
    replica.applyReport({ checkpoint: true, at: START + 29_999 });
    expect(replica.call).toMatchObject({ step: "order", type: "run" });
    replica.applyReport({ checkpoint: true, at: START + HOUR_MS });
    expect(replica.saga.phase.name).toBe("cancelled");
    expect(replica.call).toBeUndefined();
  });

  it("does not see the events of its fork", () => {
    const replica = begin();
    const fork = replica.fork();
    fork.applyReport({ outcome: done(), at: START, random: 0.5 });
    expect([replica.call?.step, fork.call?.step]).toEqual(["order", "stock"]);
    expect(eventsOf(fork)).toHaveLength(2);
  });
});
