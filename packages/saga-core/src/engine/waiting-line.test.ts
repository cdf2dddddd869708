import { describe, expect, it } from "vitest";
import type { Queued, Waiter } from "./gate-call.ts";
import { WaitingLine } from "./waiting-line.ts";

const caller = (sagaId: string, startedAt: number) => ({ sagaId, startedAt, deadlineMs: 1_000, isInsistent: false });
const parked = (sagaId: string, startedAt: number): Waiter => ({ caller: caller(sagaId, startedAt) });
const call = (): Queued => ({ go: () => undefined, refuse: () => undefined });

function all(line: WaitingLine): readonly string[] {
  const ids: string[] = [];
  for (let waiter = line.shift(); waiter; waiter = line.shift()) ids.push(waiter.caller.sagaId);
  return ids;
}

describe("a waiting line", () => {
  it("gives the saga that started first, and of two that started together the one that came first", () => {
    const line = new WaitingLine();
    for (const [id, at] of [
      ["d", 4],
      ["b", 2],
      ["c", 2],
      ["a", 1],
    ] as const)
      line.add(parked(id, at));
    expect([line.size, line.first?.caller.sagaId]).toEqual([4, "a"]);
    expect([line.isAhead(caller("x", 0)), line.isAhead(caller("x", 1))]).toEqual([true, false]);
    expect(all(line)).toEqual(["a", "b", "c", "d"]);
    expect(line.isAhead(caller("x", 9))).toBe(true);
  });

  it("lets one leave, in memory or parked, and nobody else", () => {
    const line = new WaitingLine();
    const [one, other] = [call(), call()];
    line.add({ caller: caller("a", 1), call: one });
    line.add({ caller: caller("a", 1), call: other });
    for (const id of ["b", "c"]) line.add(parked(id, 1));
    line.delete(one);
    line.delete("b");
    line.delete("nobody");
    expect([line.size, line.first?.call === other]).toEqual([2, true]);
    expect(all(line)).toEqual(["a", "c"]);
  });

  it("takes many at once, and removes those that match", () => {
    const line = new WaitingLine();
    line.add(parked("c", 3));
    line.addAll([parked("d", 4), parked("a", 1), parked("b", 2)]);
    expect(line.remove((waiter) => waiter.caller.startedAt % 2 === 0).map((waiter) => waiter.caller.sagaId)).toEqual(["b", "d"]);
    line.delete("b");
    expect(all(line)).toEqual(["a", "c"]);
  });
});
