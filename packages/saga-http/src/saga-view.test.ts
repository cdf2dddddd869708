import { type InterventionReason, unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { viewSaga } from "./saga-view.ts";
import { bodyOf, setUp } from "./testing/seat-app.ts";

describe("what a human is told", () => {
  it.for<[InterventionReason, "run" | "rollback", string]>([
    [
      "unknown-unkeyed",
      "run",
      "It is not known whether the step reserve took effect, and its participant keeps no keys, so it is not sent again.",
    ],
    ["refused", "rollback", "The participant refused undoing the step reserve, which must succeed in the end."],
    ["gave-up", "rollback", "Repeating did not settle undoing the step reserve in time."],
    ["defect", "run", "The participant says that the key of the step reserve was used for another request"],
  ])("of a saga that is %s", async ([reason, action, said]) => {
    const { answers, engine, start } = setUp();
    answers.reserve = async () => unknown("half an answer.", { defect: true });
    const { saga_id } = await bodyOf(await start());
    const found = await engine.get(String(saga_id));
    if (found?.saga.phase.name !== "needs-intervention") throw new Error("it should need a human");
    const phase = { ...found.saga.phase, reason, action };
    const { explanation } = viewSaga({ ...found, saga: { ...found.saga, phase } });
    expect(explanation).toContain(said);
    expect(explanation).toMatch(/Seen( last)?: half an answer\.$/);
  });
});
