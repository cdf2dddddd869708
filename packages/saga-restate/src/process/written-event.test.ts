import type { FoundSaga, HistoryEntry, HistoryPage, SagaEvent } from "saga-core";
import { fold, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { expect, it } from "vitest";
import { writtenSeqIn } from "./written-event.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());

function started(): FoundSaga {
  const saga = fold(controller, [
    startOf(controller, { id: "saga", at: 1, input: {}, idempotencyKey: undefined, trace: undefined }),
  ]);
  if (!saga) throw new TypeError("It has started.");
  return { saga, controller };
}

it("is the number of the first event after the request that has its marks, whenever it was recorded", async () => {
  const before = started();
  const events: readonly SagaEvent[] = [
    { type: "woken", at: 4 },
    { type: "retry-requested", at: 5, by: "bob" },
    { type: "retry-requested", at: 6, by: "ada", note: "now" },
    { type: "retry-requested", at: 7, by: "ada", note: "now" },
  ];
  const entries: readonly HistoryEntry[] = events.map((event, index) => ({ seq: index + 2, event, saga: before.saga }));
  const asked: [string, HistoryPage][] = [];
  const writtenSeq = writtenSeqIn(async (id, page) => {
    asked.push([id, page]);
    return entries;
  });
  expect(await writtenSeq(before, { type: "retry-requested", at: 3, by: "ada", note: "now" })).toBe(4);
  expect(await writtenSeq(before, { type: "cancel-requested", at: 3, by: "ada" })).toBeUndefined();
  expect(asked[0]).toEqual(["saga", { after: 1 }]);
});
