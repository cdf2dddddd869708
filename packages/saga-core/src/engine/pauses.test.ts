import { describe, expect, it } from "vitest";
import type { Pause } from "../ports/journal.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { Pauses } from "./pauses.ts";

const operators: Pause = { definition: "order", at: 1, by: "ada" };
const own: Pause = { definition: "order", at: 2, note: "20 of 20", automatic: true };

describe("the pauses of definitions", () => {
  it("keep the first of two pauses that operators made, and of two that the definition made itself", async () => {
    for (const pause of [operators, own]) {
      const pauses = new Pauses(new MemoryJournal());
      expect([await pauses.begin(pause), await pauses.begin({ ...pause, at: 9 })]).toEqual([true, false]);
      expect(pauses.all).toEqual([pause]);
    }
  });

  it("become an operator's, whichever of two that come at once is the first", async () => {
    for (const both of [
      [operators, own],
      [own, operators],
    ]) {
      const journal = new MemoryJournal();
      const pauses = new Pauses(journal);
      await Promise.all(both.map((pause) => pauses.begin(pause)));
      expect(pauses.all).toMatchObject([{ by: "ada" }]);
      expect(await journal.pauses()).toEqual(pauses.all);
    }
  });

  it("end by trials only if they are the pause that the trials are about", async () => {
    const pauses = new Pauses(new MemoryJournal());
    expect(await pauses.endAutomatic(own)).toBe(false);
    await pauses.begin(own);
    expect(await pauses.endAutomatic({ ...own, at: 9 })).toBe(false);
    await pauses.begin({ ...operators, at: own.at });
    expect([await pauses.endAutomatic(own), pauses.all.length]).toEqual([false, 1]);
    await pauses.end("order");
    await pauses.begin(own);
    expect([await pauses.endAutomatic(own), pauses.all.length]).toEqual([true, 0]);
  });
});
