import { describe, expect, it } from "vitest";
import { Minutes } from "./minutes.ts";

const MINUTE_MS = 60_000;
const minute = (number: number) => number * MINUTE_MS;

describe("the values of the last minutes", () => {
  it("are told from when counting began, also those of minutes in which nothing happened", () => {
    const minutes = new Minutes(60, () => ({ count: 0 }));
    minutes.now(minute(100) + 5).count += 1;
    minutes.now(minute(103)).count += 2;
    const found = minutes.last(minute(103) + 59_999, minute(100) + 4);
    expect(found.map(({ at, value }) => [at / MINUTE_MS, value.count])).toEqual([
      [100, 1],
      [101, 0],
      [102, 0],
      [103, 2],
    ]);
  });

  it("are no more than are kept, however long it goes on", () => {
    let made = 0;
    const minutes = new Minutes(3, () => {
      made += 1;
      return { count: 0 };
    });
    for (let at = 0; at < 1_000; at += 1) minutes.now(minute(at)).count += 1;
    expect(made).toBe(1_000);
    expect(minutes.last(minute(999), 0).map(({ at, value }) => [at / MINUTE_MS, value.count])).toEqual([
      [997, 1],
      [998, 1],
      [999, 1],
    ]);
    expect(made).toBe(1_000);
    expect(minutes.last(minute(1_010), 0).map(({ value }) => value.count)).toEqual([0, 0, 0]);
  });

  it("go by the clock as it is, also where it was set back", () => {
    const minutes = new Minutes(3, () => ({ count: 0 }));
    minutes.now(minute(500)).count += 1;
    minutes.now(minute(7)).count += 1;
    expect(minutes.last(minute(7), minute(500)).map(({ at, value }) => [at / MINUTE_MS, value.count])).toEqual([[7, 1]]);
    expect(minutes.last(minute(500), 0).map(({ value }) => value.count)).toEqual([0, 0, 0]);
  });
});
