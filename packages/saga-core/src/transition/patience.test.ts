import { describe, expect, it } from "vitest";
import type { StepPatience } from "../definition/patience.ts";
import { defaultPolicy } from "../definition/policy.ts";
import { termsOf } from "../definition/terms.ts";
import { answered, controllerOf, decide } from "../testing/sample-events.ts";
import type { SagaEvent } from "./event.ts";
import { readEvent } from "./read-event.ts";
import { transition } from "./transition.ts";

const { deadlineMs, giveUpMs, attemptsMax } = defaultPolicy;
const HOUR_MS = 3_600_000;

function patient(patience: StepPatience, ofMail: StepPatience = {}) {
  return controllerOf([
    { step: "order", kind: "compensatable" },
    { step: "stock", kind: "compensatable", patience },
    { step: "pay", kind: "pivot" },
    { step: "mail", kind: "retriable", patience: ofMail },
    { step: "log", kind: "retriable" },
  ]);
}

const orderDone = answered("order", { outcome: "done", result: {} });
const away = (attempt: number, at: number): SagaEvent => ({
  ...answeredAt("stock", at),
  attempt,
  outcome: { outcome: "unavailable", reason: "away" },
});
const stockDone = (at: number): SagaEvent => answeredAt("stock", at);

/** The events that lead to the pivot, which is sent. */
const toPay: readonly SagaEvent[] = [orderDone, stockDone(1), { type: "pivot-recorded", at: 1 }];
const LATE = 2 * giveUpMs;

function inDoubt(step: string, at: number, action: "run" | "rollback" = "run"): SagaEvent {
  return { ...answeredAt(step, at), action, outcome: { outcome: "unknown", reason: "no answer" } };
}

function answeredAt(step: string, at: number) {
  return { type: "answered", at, step, action: "run", attempt: 1, outcome: { outcome: "done", result: {} }, random: 0 } as const;
}

describe("a step with a deadline of its own", () => {
  const controller = patient({ deadlineMs: HOUR_MS });

  it("stands under it from its first attempt, and not under its saga's", () => {
    const { saga, commands } = decide(controller, orderDone);
    expect(commands).toContainEqual({ type: "wait", until: 1 + HOUR_MS });
    expect(transition(controller, saga, { type: "woken", at: HOUR_MS }).saga.phase.name).toBe("forward");
    const { phase } = transition(controller, saga, { type: "woken", at: 1 + HOUR_MS }).saga;
    const reason = `it was not done within ${HOUR_MS} ms of its first attempt`;
    expect(phase).toEqual({ name: "settling", turn: { cause: "deadline", step: "stock", reason } });
  });

  it("turns its saga sooner where that deadline is the shorter one", () => {
    const hasty = patient({ deadlineMs: 100 });
    expect(decide(hasty, orderDone).commands).toContainEqual({ type: "wait", until: 101 });
    expect(decide(hasty, orderDone, { type: "woken", at: 101 }).saga.phase.name).toBe("settling");
  });

  it("has the whole of it where a restart put it in doubt before it was decided on", () => {
    const hasty = patient({ deadlineMs: 5_000 });
    const late = decide(hasty, { type: "resumed", at: 100 }, { ...answeredAt("order", 9_000), attempt: 2 });
    expect(late.saga.phase.name).toBe("forward");
    expect(late.commands).toContainEqual({ type: "wait", until: 14_000 });
  });

  it("is followed by steps for which the deadline of the saga, and its time of giving up, count anew", () => {
    const late = decide(controller, orderDone, stockDone(HOUR_MS));
    expect(late.saga.clockFrom).toBe(HOUR_MS);
    const sent = transition(controller, late.saga, { type: "pivot-recorded", at: HOUR_MS });
    expect(sent.commands).toContainEqual({ type: "wait", until: HOUR_MS + deadlineMs });
    const paid = transition(controller, sent.saga, answeredAt("pay", HOUR_MS + 1)).saga;
    const mail = {
      ...answeredAt("mail", HOUR_MS + 2),
      random: 0.5,
      outcome: { outcome: "unknown", reason: "no answer" },
    } as const;
    const waiting = transition(controller, paid, mail).saga;
    expect(transition(controller, waiting, { type: "woken", at: giveUpMs + 1 }).commands).toMatchObject([{ type: "run" }]);
    expect(transition(controller, waiting, { type: "woken", at: HOUR_MS + giveUpMs }).saga.phase.name).toBe("needs-intervention");
  });

  it("leaves what is undone after its turn the whole time of giving up", () => {
    const day = patient({ deadlineMs: giveUpMs });
    const turned = decide(day, orderDone, { type: "woken", at: 1 + giveUpMs }, { ...away(1, 2 + giveUpMs) });
    const { commands } = transition(day, turned.saga, { type: "closing-recorded", at: 2 + giveUpMs });
    expect(commands).toMatchObject([{ type: "rollback", step: "order" }]);
  });
});

describe("a step with other patience of its own", () => {
  it("is tried as often as it says", () => {
    const once = patient({ attemptsMax: 1 });
    expect(decide(once, orderDone, away(1, 2)).saga.phase).toMatchObject({ name: "settling", turn: { cause: "unavailable" } });
    expect(attemptsMax).toBeGreaterThan(1);
    expect(decide(controllerOf(), orderDone, away(1, 2)).saga.phase.name).toBe("forward");
  });

  it("waits between attempts as it says", () => {
    const slow = patient({ backoffMsBase: 600_000, backoffMsMax: 600_000, deadlineMs: HOUR_MS });
    const { saga } = decide(slow, orderDone, { ...answered("stock", { outcome: "unavailable", reason: "away" }), at: 2 });
    expect(saga.steps[1]?.nextAttemptAt).toBe(300_002);
  });

  it("is given up when it says, after its first attempt", () => {
    const soon = patient({ giveUpMs: deadlineMs });
    const noAnswer: SagaEvent = { ...answeredAt("stock", 2), outcome: { outcome: "unknown", reason: "no answer" } };
    const doubted = decide(soon, { ...orderDone, at: 1 }, noAnswer).saga;
    const turned = transition(soon, doubted, { type: "woken", at: deadlineMs }).saga;
    expect(turned.phase.name).toBe("settling");
    expect(transition(soon, turned, { ...noAnswer, attempt: 2, at: 1 + deadlineMs }).saga.phase).toMatchObject({
      reason: "gave-up",
    });
  });

  it("is not given up before its first attempt, however old its saga is", () => {
    const { commands } = decide(patient({}, { giveUpMs: 20_000 }), ...toPay, answeredAt("pay", 30_000));
    expect(commands).toMatchObject([{ type: "run", step: "mail" }]);
  });

  it("leaves what follows it the whole time of giving up, however long it took", () => {
    const long = patient({}, { giveUpMs: 3 * giveUpMs });
    const mailDone = { ...answeredAt("mail", LATE), attempt: 2 };
    const { commands } = decide(long, ...toPay, answeredAt("pay", 2), inDoubt("mail", 3), { type: "woken", at: LATE }, mailDone);
    expect(commands).toMatchObject([{ type: "run", step: "log" }]);
  });

  it.each(["done", "rejected"] as const)("leaves the rollback before its own the whole time too: %s", (outcome) => {
    const long = controllerOf([
      { step: "order", kind: "compensatable" },
      { step: "stock", kind: "compensatable", patience: { giveUpMs: 3 * giveUpMs }, refusedRollback: "go-on" },
      { step: "pay", kind: "pivot" },
    ]);
    const refused: SagaEvent = { ...answeredAt("pay", 2), outcome: { outcome: "rejected", reason: "no funds" } };
    const undoing = decide(long, ...toPay, refused, { type: "closing-recorded", at: 2 }, inDoubt("stock", 3, "rollback"), {
      type: "woken",
      at: LATE,
    });
    const how = outcome === "done" ? { outcome, result: {} } : { outcome, reason: "it was used" };
    const answer: SagaEvent = { ...answeredAt("stock", LATE), action: "rollback", attempt: 2, outcome: how };
    expect(transition(long, undoing.saga, answer).commands).toMatchObject([{ type: "rollback", step: "order" }]);
  });

  it("is read back from the journal as it was recorded, and is not there in what an earlier release recorded", () => {
    const controller = patient({ deadlineMs: HOUR_MS, attemptsMax: 3 });
    const { terms } = decide(controller).saga;
    const [, stock] = terms;
    expect(stock?.patience).toEqual({ deadlineMs: HOUR_MS, attemptsMax: 3 });
    expect(
      controllerOf()
        .handlers.map(termsOf)
        .filter(({ patience }) => patience),
    ).toEqual([]);
    const { id, definition, version, input, policy, fingerprint } = decide(controller).saga;
    const event = { type: "started", at: 0, id, definition, version, input, policy, fingerprint, terms };
    expect(readEvent(controller, JSON.parse(JSON.stringify(event)))).toEqual(event);
  });
});
