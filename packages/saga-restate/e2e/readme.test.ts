import { RestateNode } from "test-kit/restate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { book } from "./readme-example.ts";

let node: RestateNode;
beforeAll(async () => {
  node = await RestateNode.start();
});
afterAll(async () => {
  await node.stop();
});

describe("the example of the README", () => {
  it("completes a trip, and undoes one whose charge is refused", async () => {
    expect(await book(node.ingressUrl, node.adminUrl, { traveller: "ada", nights: 2 })).toBe("completed");
    expect(await book(node.ingressUrl, node.adminUrl, { traveller: "ada", nights: 60 })).toBe("cancelled");
  });
});
