import { rejected } from "saga-core";
import { describe, expect, it } from "vitest";
import { bodyOf, setUp } from "../testing/seat-app.ts";
import { sagaInDoubt } from "../testing/seat-scenarios.ts";

describe("GET /sagas/{saga_id}/choices", () => {
  it("says for each choice whether it is allowed, and what it would do, also for one that is allowed later", async () => {
    const { getJson, path } = await sagaInDoubt();
    const { items } = await getJson(`${path}/choices`);
    expect(items).toEqual([
      { choice: "cancel", allowed: false, reason: "its pivot may have been sent: it cannot be called back" },
      { choice: "retry", allowed: false, reason: expect.stringContaining("no help") },
      {
        choice: "applied",
        allowed: true,
        consequence: { calls: [], status: "completed", state: "COMPLETED", explanation: "the saga is completed" },
      },
      {
        choice: "not-applied",
        allowed: false,
        reason: expect.stringContaining("still be on its way"),
        allowed_from: "2026-01-01T00:05:00.000Z",
        consequence: {
          calls: [{ step: "reserve", action: "rollback" }],
          status: "cancelled",
          state: "CANCELLED",
          explanation: "reserve is undone, then the saga is cancelled",
        },
      },
    ]);
  });

  it("allows no choice for a saga that has ended", async () => {
    const { answers, start, getJson } = setUp();
    answers.reserve = async () => rejected("sold out");
    const { saga_id } = await bodyOf(await start());
    const { items } = await getJson(`/sagas/${String(saga_id)}/choices`);
    expect(items).toEqual(
      ["cancel", "retry", "applied", "not-applied"].map((choice) => ({
        choice,
        allowed: false,
        reason: expect.stringContaining("has ended"),
      })),
    );
  });
});
