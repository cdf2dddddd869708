import { describe, expect, it } from "vitest";
import { historyLines } from "./history-lines.ts";
import { answered, eventsOf, type SampleEvent } from "./samples.ts";

const woken = { type: "woken", data: {} };
const failure = answered("create-order", "unavailable", { reason: "503" });
const failures = (count: number): readonly SampleEvent[] => Array.from({ length: count }, () => [failure, woken]).flat();
const seqsOf = (...events: readonly SampleEvent[]) =>
  historyLines(eventsOf(...events)).map(({ events: inLine }) => inLine.map(({ seq }) => seq));

describe("the lines of a history", () => {
  it("are its events, each on its own", () => {
    expect(seqsOf({ type: "started", data: {} }, failure, woken, failure)).toEqual([[1], [2], [3], [4]]);
  });

  it("tell of the same failure again and again in one line, and of what comes after it in its own", () => {
    const lines = historyLines(eventsOf({ type: "started", data: {} }, ...failures(4), answered("create-order", "done")));
    expect(lines.map(({ event, answers }) => [event.seq, answers])).toEqual([
      [1, 0],
      [8, 4],
      [9, 0],
      [10, 1],
    ]);
    expect(lines[1]?.events.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it("do not take failures of another step, call or outcome for the same", () => {
    const others = [
      answered("decrease-stock", "unavailable"),
      answered("create-order", "unknown"),
      answered("create-order", "unavailable", { action: "rollback" }),
    ];
    for (const other of others) expect(seqsOf(failure, failure, other, failure, failure)).toHaveLength(5);
  });

  it("say how long nothing happened before each, and nothing where a time cannot be read", () => {
    const [first, second] = eventsOf({ type: "started", data: {} }, failure);
    if (!first || !second) throw new Error("there are two events");
    expect(historyLines([first, second]).map(({ idleMs }) => idleMs)).toEqual([0, 1_000]);
    expect(historyLines([first, { ...second, at: "yesterday" }])[1]?.idleMs).toBe(0);
  });

  it("claim no idle time before an event that stands for many, and the usual one after it", () => {
    const [first, many, after] = eventsOf({ type: "started", data: {} }, { type: "compacted", data: { failures: 257 } }, failure);
    if (!first || !many || !after) throw new Error("there are three events");
    const lines = historyLines([first, { ...many, seq: 514 }, { ...after, seq: 515 }]);
    expect(lines.map(({ idleMs }) => idleMs)).toEqual([0, 0, 1_000]);
  });
});
