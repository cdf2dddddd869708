import { describe, expect, it } from "vitest";
import { defaultPolicy } from "../definition/policy.ts";
import { answered, closingRecorded, controllerOf, decide } from "../testing/sample-events.ts";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import type { SagaEvent } from "./event.ts";
import { lastingOf } from "./lasting.ts";
import { transition } from "./transition.ts";
import { rolledBack, stateOf } from "./view.ts";

function steps(keyed: boolean): readonly StepScript[] {
  return [
    { step: "order", kind: "compensatable", keyed },
    { step: "notice", kind: "lasting", keyed },
    { step: "stock", kind: "compensatable", keyed },
    { step: "pay", kind: "pivot", keyed },
  ];
}

const keyed = controllerOf(steps(true));
const unkeyed = controllerOf(steps(false));
const cancel: SagaEvent = { type: "cancel-requested", at: 2 };
const done = (step: string) => answered(step, { outcome: "done", result: {} });
const inDoubt = answered("notice", { outcome: "unknown", reason: "no answer" });
const undone = (step: string) => answered(step, { outcome: "done", result: {} }, { action: "rollback" });

describe("a lasting step", () => {
  it("is passed over when its saga is undone, and the cancelled saga lists it", () => {
    const refused = answered("stock", { outcome: "rejected", reason: "sold out" });
    const undoing = decide(keyed, done("order"), done("notice"), refused, closingRecorded);
    expect(undoing.commands).toMatchObject([{ type: "rollback", step: "order" }]);
    expect(lastingOf(keyed, undoing.saga)).toEqual([]);
    const { saga } = transition(keyed, undoing.saga, undone("order"));
    expect(saga.phase.name).toBe("cancelled");
    expect(lastingOf(keyed, saga)).toEqual([{ step: "notice", applied: "yes" }]);
    expect(rolledBack(saga)).toEqual(["order"]);
  });

  it("turns its saga when it is refused, and is not listed then", () => {
    const refused = answered("notice", { outcome: "rejected", reason: "no such address" });
    const { saga } = decide(keyed, done("order"), refused, closingRecorded, undone("order"));
    expect(saga.phase).toMatchObject({ name: "cancelled", turn: { cause: "rejected", step: "notice" } });
    expect(lastingOf(keyed, saga)).toEqual([]);
  });

  it("is settled like any other where its participant keeps keys, because what came after it may have been sent", () => {
    const { saga, commands } = decide(keyed, done("order"), { type: "resumed", at: 2 });
    expect(saga.steps.map(({ status }) => status)).toEqual(["done", "unknown", "unknown", "pending"]);
    expect(commands).toMatchObject([{ type: "run", step: "notice" }, { type: "wait" }]);
    const again = answered("notice", { outcome: "done", result: {} }, { attempt: 2 });
    const settling = transition(keyed, transition(keyed, saga, cancel).saga, again);
    expect(settling.commands).toMatchObject([{ type: "run", step: "stock" }]);
  });

  it("asks nobody if it is unknown at a participant without keys when its saga turns: it is listed as perhaps applied", () => {
    const { saga, commands } = decide(unkeyed, done("order"), inDoubt);
    expect(saga.phase).toMatchObject({ name: "needs-intervention", reason: "unknown-unkeyed" });
    expect(commands).toMatchObject([{ type: "rest" }]);
    const closing = transition(unkeyed, saga, cancel);
    expect(closing.commands).toMatchObject([{ type: "record", event: "closing-recorded" }]);
    const undoing = transition(unkeyed, closing.saga, { type: "closing-recorded", at: 2 });
    const { saga: cancelled } = transition(unkeyed, undoing.saga, undone("order"));
    expect(cancelled.phase.name).toBe("cancelled");
    expect(lastingOf(unkeyed, cancelled)).toEqual([{ step: "notice", applied: "perhaps" }]);
  });

  it("leaves time to undo what is before it, however long it was asked about before the cancel", () => {
    const { saga } = decide(unkeyed, done("order"), inDoubt);
    const at = 2 * defaultPolicy.giveUpMs;
    const closing = transition(unkeyed, saga, { ...cancel, at });
    const { commands } = transition(unkeyed, closing.saga, { type: "closing-recorded", at });
    expect(commands).toMatchObject([{ type: "rollback", step: "order" }]);
  });

  it("leaves that time too where a probe found nothing until the time of giving up", () => {
    const probing = controllerOf(steps(false).map((step) => ({ ...step, probes: step.kind === "lasting" })));
    const { saga } = decide(probing, done("order"), inDoubt, cancel);
    const at = 2 * defaultPolicy.giveUpMs;
    const closing = transition(probing, saga, { type: "resumed", at });
    expect(closing.commands).toMatchObject([{ type: "record", event: "closing-recorded" }]);
    const { commands } = transition(probing, closing.saga, { type: "closing-recorded", at });
    expect(commands).toMatchObject([{ type: "rollback", step: "order" }]);
  });

  it("asks nobody either when its call was under way at the turn", () => {
    const turned = decide(unkeyed, done("order"), cancel);
    expect(turned.saga.phase.name).toBe("settling");
    expect(transition(unkeyed, turned.saga, inDoubt).commands).toMatchObject([{ type: "record", event: "closing-recorded" }]);
  });

  it("is charted with its own state and words, and undoing passes over it", () => {
    expect(keyed.chart.arrows).toContainEqual({ from: "DOING_NOTICE", event: "NoticeFailed", to: "UNDOING_ORDER" });
    expect(keyed.chart.arrows).toContainEqual({ from: "DOING_STOCK", event: "StockFailed", to: "UNDOING_ORDER" });
    expect(stateOf(keyed, decide(keyed, done("order")).saga)).toBe("DOING_NOTICE");
  });

  it("cannot stand after the pivot", () => {
    const build = () => new ScriptedController(steps(true).toReversed(), new ScriptedWorld());
    expect(build).toThrow("stands after the pivot");
  });
});
