import { contractSteps, embeddedSubject } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { viewEvent } from "./events-view.ts";
import { sagaSchema, viewSaga } from "./saga-view.ts";

/** A saga that was cancelled after its step `stock`, which is lasting, was done. */
async function cancelledSaga() {
  const steps = contractSteps.map((step) => (step.step === "stock" ? { ...step, kind: "lasting" as const } : step));
  const { engine, start, rest } = await embeddedSubject({ steps, faults: { "pay/run": ["rejected"] } });
  const id = await start();
  await rest(id);
  const found = await engine.get(id);
  if (!found) throw new Error("There is no such saga.");
  return { found, history: (await engine.history(id)) ?? [] };
}

/** A saga whose rollbacks of `order` and `stock` were refused, or only that of `stock`. It asks about `stock`. */
async function explanationOfRefused(...refused: readonly string[]) {
  const steps = contractSteps.map((step) => ({
    ...step,
    ...(step.kind === "compensatable" && { refusedRollback: "go-on" as const }),
  }));
  const rollbacks = Object.fromEntries(refused.map((step) => [`${step}/rollback`, ["rejected" as const]]));
  const { engine, start, rest } = await embeddedSubject({ steps, faults: { "pay/run": ["rejected"], ...rollbacks } });
  const id = await start();
  await rest(id);
  const found = await engine.get(id);
  return found && viewSaga(found, 0).explanation;
}

describe("the explanation of a saga whose refused rollback let the earlier ones go on", () => {
  it("says that the rest is undone, or names the other steps whose rollbacks were refused", async () => {
    const one = await explanationOfRefused("stock");
    expect(one).toContain("refused undoing the step stock");
    expect(one).toContain("Everything else that was to be undone is.");
    const two = await explanationOfRefused("order", "stock");
    expect(two).toContain("refused undoing the step stock");
    expect(two).not.toContain("Everything else");
    expect(two).toContain("Undoing order was refused too: that is asked next.");
  });
});

describe("the view of a step", () => {
  it("tells its run and its undoing apart, and what its attempts were at", async () => {
    const { engine, start, rest } = await embeddedSubject({ faults: { "pay/run": ["rejected"], "stock/run": ["unavailable"] } });
    const id = await start();
    await rest(id);
    const found = await engine.get(id);
    const steps = found ? viewSaga(found, 0).steps : [];
    expect(steps.map(({ step, run, undo, action, attempts }) => [step, run, undo, action, attempts])).toEqual([
      ["order", "done", "done", "rollback", 1],
      ["stock", "done", "done", "rollback", 1],
      ["pay", "rejected", "none", "run", 1],
      ["mail", "pending", "none", "run", 0],
    ]);
  });

  it("says whether a call may have left, since when it is in doubt, and when the saga turns back", async () => {
    const { engine, start, until, world } = await embeddedSubject({});
    const letGo = world.hold("stock/run");
    const id = await start();
    await until(() => world.arrived.includes("stock/run"));
    const found = await engine.get(id);
    letGo();
    if (!found) throw new Error("There is no such saga.");
    const { steps, deadline_at } = viewSaga(found, 0);
    expect(steps.map(({ run, may_have_left }) => [run, may_have_left])).toEqual([
      ["done", false],
      ["under_way", true],
      ["pending", false],
      ["pending", false],
    ]);
    const { createdAt, policy } = found.saga;
    expect([deadline_at, steps[1]?.attempts_max]).toEqual([
      new Date(createdAt + policy.deadlineMs).toISOString(),
      policy.attemptsMax,
    ]);
  });
});

describe("the view of an answered call", () => {
  it("says when it was sent, how long it took and under which key; one that was not sent has no time", async () => {
    const { found, history } = await cancelledSaga();
    const answered = history.flatMap((entry) => (entry.event.type === "answered" ? [{ ...entry, event: entry.event }] : []));
    const [first] = answered;
    if (!first) throw new Error("There is no answer.");
    const at = first.event.at + 40;
    const sent = viewEvent(found.controller, { ...first, event: { ...first.event, at, sentAt: at - 40 } });
    const key = `${found.saga.id}/order/run`;
    expect(sent.data).toMatchObject({ key, sent_at: new Date(at - 40).toISOString(), took_ms: 40 });
    const { sentAt: _none, ...unsent } = first.event;
    const data = viewEvent(found.controller, { ...first, event: unsent }).data;
    expect([data["key"], "sent_at" in data, "took_ms" in data]).toEqual([key, false, false]);
    expect(answered.every(({ event }) => event.sentAt !== undefined)).toBe(true);
  });
});

describe("the view of a cancelled saga", () => {
  it("lists the effects that remain, because their steps are never undone", async () => {
    const { found } = await cancelledSaga();
    const view = viewSaga(found, 0);
    expect(view).toMatchObject({ status: "cancelled", lasting: [{ step: "stock", applied: "yes" }] });
    expect(sagaSchema.shape.lasting.parse(view.lasting)).toEqual(view.lasting);
  });

  it("shows in its history what every rollback was told", async () => {
    const { found, history } = await cancelledSaga();
    const closing = history.find(({ event }) => event.type === "closing-recorded");
    if (!closing) throw new Error("There is no closing record.");
    const turn = { cause: "rejected", step: "pay", reason: "scripted: refused" };
    expect(viewEvent(found.controller, closing).data).toEqual({ state: "UNDOING_ORDER", turn });
  });
});
