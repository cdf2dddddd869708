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
