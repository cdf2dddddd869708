import { describe, expect, it } from "vitest";
import { apiQueryOf, filterOf, placeOf, searchOf } from "./saga-filter.ts";

const asRecord = (search: string) => Object.fromEntries(new URLSearchParams(search));

describe("the filters of the list", () => {
  it("are the same after a way through the URL, with the page", () => {
    const filter = { api: { definition: "order", phase: "in_doubt", text: "a b&c" }, isOldestFirst: true };
    const place = { cursor: "MDE5", from: 101 };
    const search = searchOf(filter, place);
    expect([filterOf(asRecord(search)), placeOf(asRecord(search))]).toEqual([filter, place]);
    expect(apiQueryOf(filter)).toEqual({ definition: "order", phase: "in_doubt", text: "a b&c", order: "oldest" });
  });

  it("leave out what is unknown or empty, and begin at the first page", () => {
    const search = { colour: "red", status: "", order: "upwards", from: "7" };
    expect([filterOf(search), placeOf(search)]).toEqual([
      { api: {}, isOldestFirst: false },
      { cursor: undefined, from: 1 },
    ]);
    expect(placeOf({ after: "x", from: "-3" })).toEqual({ cursor: "x", from: 1 });
    expect(searchOf({ api: {}, isOldestFirst: false })).toBe("");
  });
});
