import { describe, expect, it } from "vitest";
import { settle } from "../testing/seat-app.ts";
import { WorkQueue } from "./work-queue.ts";

/** Work that goes on until the test ends it. */
function setUpQueue() {
  const queue = new WorkQueue({ atOnce: 2, waitingMax: 2 });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = async (name: string, signal?: AbortSignal) =>
    await queue.run(async () => {
      begun.push(name);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(name, resolve);
      await promise;
      return name;
    }, signal);
  const end = async (name: string) => {
    ends.get(name)?.();
    for (let turn = 0; turn < 3; turn += 1) await settle();
  };
  return { queue, begun, run, end };
}

describe("a queue of work", () => {
  it("does a few pieces at the same time, and the others in the order in which they came", async () => {
    const { begun, run, end } = setUpQueue();
    const all = ["a", "b", "c", "d"].map((name) => run(name));
    await settle();
    expect(begun).toEqual(["a", "b"]);
    await end("b");
    expect(begun).toEqual(["a", "b", "c"]);
    await end("a");
    for (const name of ["c", "d"]) await end(name);
    expect(await Promise.all(all)).toEqual(["a", "b", "c", "d"]);
  });

  it("refuses what finds no place in the queue, and takes more when there is one", async () => {
    const { begun, run, end } = setUpQueue();
    const all = ["a", "b", "c", "d"].map((name) => run(name));
    await expect(run("e")).rejects.toMatchObject({ type: "overloaded" });
    await end("a");
    const last = run("f");
    for (const name of ["b", "c", "d", "f"]) await end(name);
    await Promise.all([...all, last]);
    expect(begun).toEqual(["a", "b", "c", "d", "f"]);
  });

  it("does not begin work whose client has left, and gives its place to the next", async () => {
    const { begun, run, end } = setUpQueue();
    const gone = new AbortController();
    const all = ["a", "b"].map((name) => run(name));
    const left = run("c", gone.signal);
    const next = run("d");
    gone.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    for (const name of ["a", "b", "d"]) await end(name);
    await Promise.all([...all, next]);
    expect(begun).toEqual(["a", "b", "d"]);
  });

  it("goes on after work that fails", async () => {
    const { queue } = setUpQueue();
    const failing = Array.from({ length: 3 }, () => queue.run(() => Promise.reject(new Error("broken"))));
    expect(await Promise.allSettled(failing)).toEqual(failing.map(() => ({ status: "rejected", reason: new Error("broken") })));
    expect(await queue.run(async () => "done")).toBe("done");
  });

  it("lets everything else have its turn between two pieces of work", async () => {
    const { queue } = setUpQueue();
    const done: string[] = [];
    const work = Array.from({ length: 4 }, (_, at) => queue.run(async () => done.push(`work ${at}`)));
    setTimeout(() => done.push("something else"));
    await Promise.all(work);
    expect(done).toEqual(["work 0", "work 1", "something else", "work 2", "work 3"]);
  });
});
