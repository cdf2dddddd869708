import { JournalError, OperationRefused, type Refusal } from "saga-core";
import { describe, expect, it } from "vitest";
import { RefusalNotes } from "./refusal-notes.ts";

const refusal: Refusal = { operation: "cancel", because: "not-permitted", by: "eve" };

/** Records until it is told how each ends. */
function setUp() {
  const asked: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const notes = new RefusalNotes((sagaId) => {
    asked.push(sagaId);
    return new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  });
  const endAll = (error?: Error) => {
    for (const end of ends.splice(0)) end(error);
  };
  return { notes, asked, endAll };
}

describe("what identities were refused", () => {
  it("is asked of a saga once, also while it is under way", async () => {
    const { notes, asked, endAll } = setUp();
    const first = notes.note([{ sagaId: "one", refusal }]);
    await notes.note([{ sagaId: "one", refusal }]);
    endAll();
    await first;
    await notes.note([{ sagaId: "one", refusal }]);
    expect(asked).toEqual(["one"]);
    const other = notes.note([{ sagaId: "one", refusal: { ...refusal, by: "mallory" } }]);
    endAll();
    await other;
    expect(asked).toEqual(["one", "one"]);
  });

  it("is recorded of ten requests at once at most, and of the next ones when those are done", async () => {
    const { notes, asked, endAll } = setUp();
    const under = Array.from({ length: 50 }, (_, index) => notes.note([{ sagaId: `${index}`, refusal }]));
    expect(asked).toHaveLength(10);
    endAll();
    await Promise.all(under);
    const next = notes.note([{ sagaId: "50", refusal }]);
    endAll();
    await next;
    expect(asked).toHaveLength(11);
  });

  it.for<[string, Error, number]>([
    ["the saga does not take it", new OperationRefused("not-allowed", "no"), 1],
    ["there is no saga", new OperationRefused("not-found", "no"), 1],
    ["the engine drains", new OperationRefused("draining", "later"), 2],
    ["the journal cannot be written", new JournalError("disk full"), 2],
  ])("where %s, is asked again only where that helps", async ([, error, times]) => {
    const { notes, asked, endAll } = setUp();
    for (let time = 0; time < 2; time += 1) {
      const noted = notes.note([{ sagaId: "one", refusal }]);
      endAll(error);
      await noted;
    }
    expect(asked).toHaveLength(times);
  });

  it("of many sagas is recorded one after the other", async () => {
    const { notes, asked, endAll } = setUp();
    const noted = notes.note(["one", "two"].map((sagaId) => ({ sagaId, refusal })));
    expect(asked).toEqual(["one"]);
    endAll();
    await Promise.resolve();
    await expect.poll(() => asked).toEqual(["one", "two"]);
    endAll();
    await noted;
  });
});
