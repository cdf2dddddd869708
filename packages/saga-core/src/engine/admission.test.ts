import { describe, expect, it } from "vitest";
import type { Controller } from "../definition/controller.ts";
import { ScriptedController } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { controllerAt } from "../testing/traffic.ts";
import { Admission, type AdmissionVerdict } from "./admission.ts";

const CALLS_MAX = 2;
const DEADLINE_MS = 10_000;

/** A rule with so many sagas at their first step. */
function ruleWith(sagas: number, participants: readonly string[] = ["a"]): Admission {
  const rule = new Admission(controllerAt(participants, DEADLINE_MS), CALLS_MAX);
  for (let saga = 1; saga <= sagas; saga += 1) {
    rule.reserve();
    rule.begin(`saga-${saga}`, 0);
  }
  return rule;
}

interface OwnDeadline {
  readonly step: number;
  readonly deadlineMs: number;
}

function withDeadline(controller: Controller, { step, deadlineMs }: OwnDeadline): Controller {
  Object.assign(controller.handlers[step] ?? {}, { patience: { deadlineMs } });
  return controller;
}

/** The verdict when 63 sagas are at the first step and 63 at the last one, of 64 that may call each. `callsMs`: how long a call of each step takes. */
function crowded(callsMs: readonly number[], own?: OwnDeadline): AdmissionVerdict {
  const controller = controllerAt([..."abc"].slice(0, callsMs.length), DEADLINE_MS);
  const rule = new Admission(own ? withDeadline(controller, own) : controller, 64);
  const begin = (from: number, sagas: number, now: number) => {
    for (let saga = from; saga < from + sagas; saga += 1) {
      rule.reserve();
      rule.begin(`saga-${saga}`, now);
    }
  };
  begin(0, 64, 0);
  let now = 0;
  for (const [step, callMs] of callsMs.entries()) {
    now += callMs;
    const passing = step < callsMs.length - 1 ? 64 : 1;
    for (let saga = 0; saga < passing; saga += 1) rule.answered(`saga-${saga}`, step + 1, now);
  }
  begin(64, 63, now);
  rule.verdict(now);
  return rule.verdict(now + DEADLINE_MS);
}

describe("the rule of admission", () => {
  it("admits as many as may call their participant at a time, although nothing is measured", () => {
    expect(ruleWith(CALLS_MAX - 1).verdict(0)).toEqual({ name: "admitted" });
    expect(ruleWith(CALLS_MAX).verdict(0)).toEqual({ name: "measuring", until: 3_000 });
  });

  it("refuses one more if none got through in the time of measuring", () => {
    const rule = ruleWith(CALLS_MAX);
    rule.verdict(0);
    expect(rule.verdict(2_999).name).toBe("measuring");
    expect(rule.verdict(3_000)).toEqual({
      name: "refused",
      onTheirWay: 2,
      perSecond: 0,
      retryAfterMs: DEADLINE_MS,
      deadlineMs: DEADLINE_MS,
    });
  });

  it("admits as many as get through in their usual time and half of the rest of their deadline, at the measured rate", () => {
    const rule = ruleWith(12);
    rule.verdict(0);
    // Four answers count as two, one standard deviation less: one in 500 ms. A call that waits for no other takes a second.
    for (const saga of ["saga-1", "saga-2", "saga-3", "saga-4"]) rule.answered(saga, 1, 1_000);
    for (let saga = 9; saga <= 11; saga += 1) {
      expect(rule.verdict(1_000)).toEqual({ name: "admitted" });
      rule.reserve();
    }
    // A twelfth saga would be through after 6 s.
    expect(rule.verdict(1_000)).toEqual({
      name: "refused",
      onTheirWay: 11,
      perSecond: 2,
      retryAfterMs: 500,
      deadlineMs: DEADLINE_MS,
    });
  });

  it("counts all calls that a saga makes at the participant", () => {
    const rule = ruleWith(6, ["a", "a"]);
    rule.verdict(0);
    for (const saga of ["saga-1", "saga-2", "saga-3", "saga-4"]) rule.answered(saga, 1, 1_000);
    // Seven sagas of two calls, of 500 ms each, take 7 s.
    expect(rule.verdict(2_000)).toEqual({
      name: "refused",
      onTheirWay: 6,
      perSecond: 1,
      retryAfterMs: 1_000,
      deadlineMs: DEADLINE_MS,
    });
  });

  it("looks at the participant where they wait, be it the last one", () => {
    const rule = ruleWith(15, ["a", "b"]);
    for (let saga = 1; saga <= 15; saga += 1) rule.answered(`saga-${saga}`, 1, 10);
    rule.verdict(10);
    for (const saga of ["saga-1", "saga-2", "saga-3", "saga-4"]) rule.answered(saga, 2, 1_010);
    expect(rule.verdict(1_020)).toMatchObject({ name: "refused", onTheirWay: 11, perSecond: 2 });
  });

  it("knows by the time of one call how many are possible, before anybody waits at its participant", () => {
    const rule = ruleWith(12, ["a", "a", "b"]);
    rule.verdict(0);
    rule.answered("saga-1", 1, 10);
    rule.answered("saga-1", 2, 20);
    for (let saga = 2; saga <= 12; saga += 1) rule.answered(`saga-${saga}`, 1, 1_000);
    expect(rule.verdict(1_010)).toEqual({ name: "measuring", until: 3_000 });
    // One of two at a time in two seconds: one a second.
    rule.answered("saga-1", 3, 2_020);
    expect(rule.verdict(2_500)).toMatchObject({ name: "refused", onTheirWay: 11, perSecond: 1 });
  });

  it("waits for a new measure at each crowd, although calls took long before", () => {
    const rule = ruleWith(12, ["a", "a", "b"]);
    rule.verdict(0);
    rule.answered("saga-1", 1, 10);
    rule.answered("saga-1", 2, 20);
    rule.answered("saga-1", 3, 4_020);
    expect(rule.verdict(5_000).name).toBe("refused");
    for (let saga = 2; saga <= 12; saga += 1) rule.leave(`saga-${saga}`);
    for (let saga = 2; saga <= 12; saga += 1) {
      rule.reserve();
      rule.begin(`saga-${saga}`, 60_000);
    }
    rule.verdict(60_000);
    for (let saga = 2; saga <= 12; saga += 1) rule.answered(`saga-${saga}`, 1, 60_010);
    expect(rule.verdict(60_020).name).toBe("measuring");
  });

  it("forgets what it measured once hardly any are on their way: a pause leaves no rate that refuses the next burst", () => {
    const rule = ruleWith(3);
    rule.verdict(0);
    expect(rule.verdict(3_000).name).toBe("refused");
    for (const saga of ["saga-1", "saga-2", "saga-3"]) rule.answered(saga, 1, 500);
    for (let saga = 0; saga < CALLS_MAX; saga += 1) rule.reserve();
    expect(rule.verdict(60_000)).toEqual({ name: "measuring", until: 61_000 });
  });

  it("counts no saga that waits for its participant because a call failed, nor one that has turned back", () => {
    const rule = ruleWith(3);
    rule.failed("saga-1");
    rule.leave("saga-2");
    expect(rule.verdict(0)).toEqual({ name: "admitted" });
  });

  it("admits eight at a time while every call fails, until one is answered", () => {
    const rule = new Admission(controllerAt(["a"], DEADLINE_MS), 64);
    const admitted = () => {
      let count = 0;
      for (; rule.verdict(0).name === "admitted" && count < 100; count += 1) rule.reserve();
      for (let saga = 0; saga < count; saga += 1) rule.withdraw();
      return count;
    };
    expect(admitted()).toBe(64);
    for (let call = 0; call < 5; call += 1) rule.failed("an earlier saga");
    expect(admitted()).toBe(8);
    rule.answered("an earlier saga", 1, 0);
    expect(admitted()).toBe(64);
  });

  it("gives sagas that take long although they wait for no other the time that they take", () => {
    const rule = new Admission(controllerAt(["a"], DEADLINE_MS), 64);
    for (let saga = 1; saga <= 148; saga += 1) {
      rule.reserve();
      rule.begin(`saga-${saga}`, 0);
    }
    rule.verdict(0);
    for (let saga = 1; saga <= 64; saga += 1) rule.answered(`saga-${saga}`, 1, 6_000);
    // They take 6 s, and half of the other 4 s is left: 85 of which 64 call at a time are through after just under 8 s.
    expect(rule.verdict(6_000)).toEqual({ name: "admitted" });
    rule.reserve();
    expect(rule.verdict(6_000)).toMatchObject({ name: "refused", onTheirWay: 85 });
  });

  it("gives a step that has a deadline of its own that one, and the others the saga's", () => {
    const own = (step: number, deadlineMs: number) => {
      const rule = new Admission(withDeadline(controllerAt(["a", "b"], DEADLINE_MS), { step, deadlineMs }), CALLS_MAX);
      for (let saga = 1; saga <= 12; saga += 1) {
        rule.reserve();
        rule.begin(`saga-${saga}`, 0);
      }
      rule.verdict(0);
      // Nobody waits at the second participant. At the first one more is through after some six seconds.
      for (const [index, at] of [0, 0, 1_000, 1_000, 1_000, 1_000].entries()) {
        rule.answered(`saga-${index + 1}`, 1, at);
        rule.answered(`saga-${index + 1}`, 2, at);
      }
      return rule.verdict(4_000);
    };
    expect(own(0, 100 * DEADLINE_MS)).toEqual({ name: "admitted" });
    expect(own(0, DEADLINE_MS / 2)).toMatchObject({ name: "refused", deadlineMs: DEADLINE_MS / 2 });
    expect(own(1, 100 * DEADLINE_MS)).toMatchObject({ name: "refused", deadlineMs: DEADLINE_MS });
  });

  it("gives the steps before and after one that has a deadline of its own the saga's deadline each", () => {
    // They take 7 s. Within one deadline 1.5 s are left of it for delays; 3.25 s in each of two, of which 3.5 s are needed.
    expect(crowded([3_500, 0, 3_500])).toEqual({ name: "admitted" });
    expect(crowded([3_500, 0, 3_500], { step: 1, deadlineMs: 100 * DEADLINE_MS })).toMatchObject({ name: "refused" });
  });

  it("looks at the participant where they are too late for their deadline, and not at one where they wait longer", () => {
    const verdict = crowded([20_000, 8_000], { step: 0, deadlineMs: 10 * DEADLINE_MS });
    expect(verdict).toMatchObject({ name: "refused", deadlineMs: DEADLINE_MS });
  });

  it("admits as many at a silent participant as make their attempt within the deadline of their step", () => {
    const admitted = (deadlineMs: number, own: number) => {
      const rule = new Admission(withDeadline(controllerAt(["a"], deadlineMs), { step: 0, deadlineMs: own }), 64);
      for (let call = 0; call < 5; call += 1) rule.failed("an earlier saga");
      let count = 0;
      for (; rule.verdict(0).name === "admitted" && count < 100; count += 1) rule.reserve();
      return count;
    };
    // A call ends after 5 s: once, or four times, in half of the deadline.
    expect([admitted(40_000, DEADLINE_MS), admitted(DEADLINE_MS, 40_000)]).toEqual([8, 32]);
  });

  it("measures a rate over half of the shortest deadline", () => {
    const rule = new Admission(withDeadline(controllerAt(["a"], DEADLINE_MS), { step: 0, deadlineMs: 4_000 }), CALLS_MAX);
    for (let saga = 1; saga <= 12; saga += 1) {
      rule.reserve();
      rule.begin(`saga-${saga}`, 0);
    }
    rule.verdict(0);
    for (const saga of ["saga-1", "saga-2", "saga-3", "saga-4"]) rule.answered(saga, 1, 500);
    const perSecond = (now: number) => {
      const verdict = rule.verdict(now);
      return verdict.name === "refused" ? verdict.perSecond : Number.NaN;
    };
    expect(perSecond(2_000)).toBeGreaterThan(0);
    expect(perSecond(3_000)).toBe(0);
  });

  it("measures for as long as all calls of a saga usually take", () => {
    const rule = ruleWith(1, ["a", "a"]);
    rule.answered("saga-1", 1, 800);
    rule.answered("saga-1", 2, 1_600);
    for (let saga = 0; saga < CALLS_MAX; saga += 1) rule.reserve();
    expect(rule.verdict(10_000)).toEqual({ name: "measuring", until: 11_600 });
  });

  it("counts no saga that has come to a wait: its deadline counts anew after it, however many wait", () => {
    const steps = [
      { step: "step-a", kind: "compensatable" },
      { step: "step-b", kind: "lasting", wait: {} },
      { step: "step-c", kind: "pivot" },
    ] as const;
    const rule = new Admission(new ScriptedController(steps, new ScriptedWorld(), { deadlineMs: DEADLINE_MS }), CALLS_MAX);
    for (let saga = 1; saga <= 99; saga += 1) {
      expect(rule.verdict(saga).name).toBe("admitted");
      rule.reserve();
      rule.begin(`saga-${saga}`, saga);
      rule.answered(`saga-${saga}`, 1, saga);
    }
  });

  it("admits every saga whose first step is a wait", () => {
    const steps = [{ step: "step-a", kind: "pivot", wait: {} }] as const;
    const rule = new Admission(new ScriptedController(steps, new ScriptedWorld()), CALLS_MAX);
    for (let saga = 0; saga < 99; saga += 1) rule.reserve();
    expect(rule.verdict(60_000)).toEqual({ name: "admitted" });
  });

  it("measures anew after the clock was set back", () => {
    const rule = ruleWith(CALLS_MAX);
    rule.verdict(50_000);
    expect(rule.verdict(10_000)).toEqual({ name: "measuring", until: 13_000 });
  });
});
