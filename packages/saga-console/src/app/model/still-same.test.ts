import { describe, expect, it } from "vitest";
import { StillSame } from "./still-same.ts";

describe("what a person is asked to confirm", () => {
  it("is not computed again while the saga is as it was", async () => {
    let computed = 0;
    const same = new StillSame("1", "A", async () => {
      computed += 1;
    });
    await same.at("1");
    expect([same.state.value, computed]).toEqual(["same", 0]);
  });

  it("may not be sent before it is computed again for a saga that has changed", async () => {
    const answer = Promise.withResolvers<unknown>();
    const same = new StillSame("1", { state: "A" }, () => answer.promise);
    const checked = same.at("2");
    expect(same.state.value).toBe("computing");
    answer.resolve({ state: "A" });
    await checked;
    expect(same.state.value).toBe("same");
  });

  it("has changed for good where something else follows", async () => {
    const found = ["B", "A"];
    const same = new StillSame("1", "A", async () => found.shift());
    await same.at("2");
    await same.at("3");
    expect([same.state.value, found]).toEqual(["changed", ["A"]]);
  });

  it("is nobody's knowledge where that cannot be computed, until it can", async () => {
    let isUp = false;
    const same = new StillSame("1", "A", async () => (isUp ? "A" : Promise.reject(new Error("down"))));
    await same.at("2");
    expect(same.state.value).toBe("unsure");
    isUp = true;
    await same.at("3");
    expect(same.state.value).toBe("same");
  });

  it("is judged by the last change alone, in whatever order the answers come", async () => {
    const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const left = [...answers];
    const same = new StillSame("1", "A", async () => await left.shift()?.promise);
    const both = [same.at("2"), same.at("3")];
    answers[1]?.resolve("B");
    await both[1];
    answers[0]?.resolve("A");
    await both[0];
    expect(same.state.value).toBe("changed");
  });
});
