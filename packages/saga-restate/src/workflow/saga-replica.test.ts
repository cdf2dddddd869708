import { done, type SagaEvent, startOf, unavailable } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { allToldSchema, type ToldHere } from "../objects/messages.ts";
import { SagaCourse } from "./saga-replica.ts";

const HOUR_MS = 3_600_000;
const START = 1_000_000;

const controller = new ScriptedController(contractSteps, new ScriptedWorld(), { deadlineMs: HOUR_MS, attemptsMax: 5 });

function begin(): SagaCourse {
  return SagaCourse.of(
    controller,
    startOf(controller, { at: START, id: "saga", input: {}, idempotencyKey: undefined, trace: undefined }),
  );
}

function eventsOf(course: SagaCourse): readonly SagaEvent[] {
  return course.collect().map(({ event }) => event);
}

describe("the course of a saga", () => {
  it("is the same where it is read back from the journal", () => {
    const all: readonly ToldHere[] = [
      { fenced: true, at: START + 1 },
      { outcome: unavailable("away", { retryAfterMs: 10 }), at: START + 2, random: 0.25 },
      { fenced: true, at: START + HOUR_MS / 2 },
      { resumed: true, at: START + HOUR_MS / 2 },
      { outcome: done(), at: START + HOUR_MS / 2 + 1, random: 0.5 },
      { openUntil: START + HOUR_MS / 2 + 5, at: START + HOUR_MS / 2 + 2 },
    ];
    const [here, read] = [begin(), begin()];
    for (const told of all) here.tell(told);
    for (const told of allToldSchema.parse(JSON.parse(JSON.stringify(all)))) read.read(told);
    expect(read.saga).toEqual(here.saga);
    expect([read.call, read.until]).toEqual([here.call, here.until]);
    // What is written is compared, to the order of its members, when it is done again.
    expect(JSON.stringify(eventsOf(read))).toBe(JSON.stringify(eventsOf(here)));
    expect(here.saga.isParked).toBe(true);
    expect(here.until).toBe(START + HOUR_MS / 2 + 5);
  });

  it("does not go back in time where clocks differ, and has whole milliseconds", () => {
    const course = begin();
    course.tell({ outcome: done(), at: START - 500, random: 0.5 });
    expect(course.saga.updatedAt).toBe(START);
    course.tell({ outcome: done(), at: START + 0.5, random: 0.5 });
    expect(course.saga.updatedAt).toBe(START + 1);
  });

  it("has what was due while a call was under way before its answer", () => {
    const course = begin();
    course.tell({ outcome: done(), at: START + HOUR_MS + 5, random: 0.5 });
    const types = eventsOf(course).map(({ type, at }) => [type, at]);
    expect(types.slice(0, 3)).toEqual([
      ["started", START],
      ["woken", START + HOUR_MS],
      ["answered", START + HOUR_MS + 5],
    ]);
  });

  it("is decided anew where a fence is recorded long after the call was decided on", () => {
    const course = begin();
    course.tell({ fenced: true, at: START + 29_999 });
    expect(course.call).toMatchObject({ step: "order", type: "run" });
    course.tell({ fenced: true, at: START + HOUR_MS });
    expect(course.saga.phase.name).toBe("cancelled");
    expect(course.call).toBeUndefined();
  });

  it("forks: what the fork takes in is not in the other", () => {
    const course = begin();
    const fork = course.fork();
    fork.tell({ outcome: done(), at: START, random: 0.5 });
    expect([course.call?.step, fork.call?.step]).toEqual(["order", "stock"]);
    expect(eventsOf(fork)).toHaveLength(2);
  });
});
