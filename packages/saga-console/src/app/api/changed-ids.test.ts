import { describe, expect, it } from "vitest";
import { ChangedIds } from "./changed-ids.ts";

describe("the sagas that a stream told of", () => {
  it("count once each, however often they change, and only where a message names one", () => {
    const ids = new ChangedIds();
    for (const message of ['{"saga_id":"a-1","state":"X"}', '{"saga_id":"a-1","state":"Y"}', '{"saga_id":"b"}', "{}", "no JSON"])
      ids.note(message);
    expect([ids.count, ids.isFull, ids.has("a-1"), ids.has("c")]).toEqual([2, false, true, false]);
    ids.clear();
    expect(ids.count).toBe(0);
  });

  it("are bounded, and say so", () => {
    const ids = new ChangedIds();
    for (let number = 0; number < 12_000; number += 1) ids.note(`{"saga_id":"${number}"}`);
    expect([ids.count, ids.isFull]).toEqual([10_000, true]);
  });
});
