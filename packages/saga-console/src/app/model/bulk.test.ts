import { describe, expect, it } from "vitest";
import { becameOf, chosenFrom, outcomesOf, rowsOf, toSend, withAnswers, withNow, withState } from "./bulk.ts";
import { noteColumns } from "./columns.ts";
import { sagaOf } from "./samples.ts";

const chosen = ["a", "b", "c", "d"].map((id) => ({ id, name: `order ${id}`, step: "create-payment" }));
const undo = { calls: [{ step: "create-order", action: "rollback" }], status: "cancelled", state: "CANCELLED" };
const nothing = { calls: [], status: "cancelled", state: "CANCELLED" };
const previewed = rowsOf(chosen, [
  { saga_id: "b", accepted: true, consequence: undo },
  { saga_id: "a", accepted: true, consequence: nothing },
  { saga_id: "c", accepted: false, reason: "it has ended" },
  { saga_id: "d", accepted: true, consequence: undo },
]);

describe("many sagas", () => {
  it("are grouped by what would become of them, the most common first, and what is refused last", () => {
    const outcomes = outcomesOf(previewed).map(({ reason, rows }) => [reason, rows.map(({ saga }) => saga.id)]);
    expect(outcomes).toEqual([
      [undefined, ["b", "d"]],
      [undefined, ["a"]],
      ["it has ended", ["c"]],
    ]);
  });

  it("are sent without those that the preview refused, and without those that were answered", () => {
    expect(toSend(previewed)).toEqual(["a", "b", "d"]);
    const after = withAnswers(previewed, [
      { saga_id: "a", accepted: true, consequence: undo, event_seq: 7 },
      { saga_id: "b", accepted: true, consequence: { ...undo, explanation: "in other words" }, event_seq: 8 },
    ]);
    expect(toSend(after)).toEqual(["d"]);
    expect(after.map(({ state }) => state)).toEqual([
      { kind: "done", seq: 7 },
      { kind: "done", seq: 8 },
      { kind: "refused", reason: "it has ended" },
      { kind: "foretold" },
    ]);
  });

  it("stay with their reason where they are refused at the end, and say where no answer came", () => {
    const refused = withAnswers(previewed, [{ saga_id: "d", accepted: false, reason: "it has changed" }]);
    const lost = withState(refused, ["a"], { kind: "unknown" });
    expect(lost.map(({ state }) => state.kind)).toEqual(["unknown", "foretold", "refused", "refused"]);
    expect(lost[3]?.foretold).toEqual(undo);
  });

  it("are compared with what was foretold, once it is known what became of them", () => {
    const after = withAnswers(previewed, [{ saga_id: "b", accepted: true, event_seq: 8 }]);
    const became = (state: string, status: string) => withNow(after, sagaOf([], { saga_id: "b", state, status })).map(becameOf);
    expect(after.map(becameOf)).toEqual([undefined, undefined, undefined, undefined]);
    expect(became("CANCELLING_ORDER", "running")[1]).toBe("under-way");
    expect(became("CANCELLED", "cancelled")[1]).toBe("as-foretold");
    expect(became("CANCELLING_ORDER", "needs_intervention")[1]).toBe("other");
    expect(withNow(previewed, sagaOf([], { saga_id: "a" })).map(becameOf)[0]).toBeUndefined();
  });

  it("say from when on what is refused now is possible, the first of them", () => {
    const [later, sooner, never] = ["2026-11-23T12:05:00.000Z", "2026-11-23T12:04:00.000Z", undefined];
    const early = rowsOf(chosen.slice(0, 3), [
      { saga_id: "a", accepted: false, reason: "on its way", allowed_from: later },
      { saga_id: "b", accepted: false, reason: "on its way", allowed_from: sooner },
      { saga_id: "c", accepted: false, reason: "it has ended", allowed_from: never },
    ]);
    expect(outcomesOf(early).map(({ from }) => from)).toEqual([sooner, undefined]);
  });

  it("that a preview says nothing of are not sent", () => {
    expect(toSend(rowsOf(chosen, []))).toEqual([]);
  });
});

it("a chosen saga has the step that a person is asked about, and only then one", () => {
  noteColumns([{ definition: "order", version: 2, columns: ["order_id"], states: [], steps: [], transitions: [] }]);
  const asked = sagaOf(["done", "done", "done", "unknown"], { status: "needs_intervention", data: { order_id: 7 } });
  expect(chosenFrom(asked)).toEqual({ id: asked.saga_id, name: "order 7", step: "create-payment" });
  expect(chosenFrom(sagaOf(["done", "running"])).step).toBe("");
});
