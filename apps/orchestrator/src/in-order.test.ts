import { expect, it } from "vitest";
import { inOrder } from "./in-order.ts";

it("does every part, one after the other, and fails with the first failure", async () => {
  const done: string[] = [];
  const part = (name: string, failure?: string) => async () => {
    await Promise.resolve();
    done.push(name);
    if (failure !== undefined) throw new Error(failure);
  };
  await expect(inOrder([part("drain", "disk full"), part("server"), part("journal", "gone")])).rejects.toThrow("disk full");
  expect(done).toEqual(["drain", "server", "journal"]);
  await inOrder([part("nothing fails")]);
});
