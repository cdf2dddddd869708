import { describe, expect, it } from "vitest";
import { ApiError } from "../api/api-error.ts";
import type { BulkReply, BulkRequest } from "../api/repair.ts";
import { becameOf } from "./bulk.ts";
import { type BulkPlan, BulkRun } from "./bulk-run.ts";
import { sagaOf } from "./samples.ts";

const chosen = Array.from({ length: 25 }, (_none, index) => ({ id: `saga-${index}`, name: `order ${index}`, step: "" }));
const plan: BulkPlan = { choice: "cancel", step: "", note: "sold twice", by: "ada" };
const consequence = { calls: [], status: "cancelled", state: "CANCELLED" };

/** A run whose 25th saga is refused by the preview, and what was sent. */
function setUp(answer: (request: BulkRequest, count: number) => Promise<BulkReply> = accept) {
  const sent: (readonly string[])[] = [];
  const requests: BulkRequest[] = [];
  const run: BulkRun = new BulkRun({
    preview: async (request) => {
      requests.push(request);
      const items = request.ids.map((id) => ({ saga_id: id, accepted: id !== "saga-24", consequence, reason: "it has ended" }));
      return { items, token: "t" };
    },
    perform: async (request, token) => {
      sent.push([token, ...request.ids]);
      return await answer(request, sent.length);
    },
    read: async (id) => sagaOf([], { saga_id: id, state: "CANCELLED", status: "cancelled" }),
    onError: () => undefined,
  });
  return { run, sent, requests };
}

async function accept({ ids }: BulkRequest): Promise<BulkReply> {
  return { items: ids.map((id, index) => ({ saga_id: id, accepted: true, consequence, event_seq: index })) };
}

const kindsOf = (run: BulkRun) => run.rows.value.map(({ state }) => state.kind);

describe("an operation on many sagas", () => {
  it("sends the previewed ones that are possible, ten at a time, with the token of the preview, and then reads what became of them", async () => {
    const { run, sent, requests } = setUp();
    await run.preview(chosen, plan);
    expect(requests[0]).toMatchObject({ route: "cancel", body: { note: "sold twice", by: "ada" } });
    expect([run.phase.value, sent]).toEqual(["previewed", []]);
    await run.go();
    expect(sent.map(([token, ...ids]) => [token, ids.length])).toEqual([
      ["t", 10],
      ["t", 10],
      ["t", 4],
    ]);
    expect(sent.flat()).not.toContain("saga-24");
    expect(run.phase.value).toBe("finished");
    expect(run.rows.value.map(becameOf)).toEqual([...Array.from({ length: 24 }, () => "as-foretold"), undefined]);
  });

  it("sends nothing after what is on its way when somebody stops it, and goes on with the others when he says so", async () => {
    const { run, sent } = setUp(async (request, count) => {
      if (count === 1) run.stop();
      return await accept(request);
    });
    await run.preview(chosen, plan);
    await run.go();
    expect([sent.length, run.phase.value]).toEqual([1, "stopped"]);
    await run.go();
    expect([sent.length, run.phase.value]).toEqual([3, "finished"]);
    expect(new Set(sent.flat()).size).toBe(25);
  });

  it("halts where no answer comes, and never sends those again", async () => {
    const { run, sent } = setUp(async (request, count) => {
      if (count === 1) throw new ApiError("lost", { cause: undefined });
      return await accept(request);
    });
    await run.preview(chosen, plan);
    await run.go();
    expect([sent.length, run.phase.value, run.problem.value?.kind]).toEqual([1, "halted", "unreachable"]);
    expect(kindsOf(run).filter((kind) => kind === "unknown")).toHaveLength(10);
    await run.go();
    expect(sent.flat().filter((id) => id === "saga-0")).toHaveLength(1);
    expect(run.phase.value).toBe("finished");
  });

  it("does not know what became of those whose connection was reset while the answer came", async () => {
    const { run, sent } = setUp(async (request, count) => {
      // As fetch, and the reading of a body, report it.
      if (count === 2) throw new TypeError("network error");
      return await accept(request);
    });
    await run.preview(chosen, plan);
    await run.go();
    expect([sent.length, run.phase.value, run.problem.value?.kind]).toEqual([2, "halted", "unreachable"]);
    const kinds = kindsOf(run);
    expect([kinds.slice(0, 10), kinds.slice(10, 20), kinds.slice(20, 24)].map((part) => new Set(part))).toEqual([
      new Set(["done"]),
      new Set(["unknown"]),
      new Set(["foretold"]),
    ]);
  });

  it("sends what was previewed, and takes up nothing else while a preview is computed", async () => {
    const { run, requests } = setUp();
    expect(run.plan.value).toBeUndefined();
    await Promise.all([run.preview(chosen, plan), run.preview(chosen, { ...plan, choice: "retry" })]);
    expect(requests.map(({ route }) => route)).toEqual(["cancel"]);
    expect(run.plan.value?.choice).toBe("cancel");
    run.reset();
    expect(run.plan.value).toBeUndefined();
  });

  it("has lost nothing where a preview gets no answer", async () => {
    const run = new BulkRun({
      preview: async () => Promise.reject(new ApiError("lost", { cause: undefined })),
      perform: accept,
      read: async () => sagaOf([]),
      onError: () => undefined,
    });
    await run.preview(chosen, plan);
    expect([run.phase.value, run.problem.value?.kind]).toEqual(["planning", "unread"]);
  });

  it("halts where it is forbidden, and keeps what was previewed", async () => {
    const { run } = setUp(async () => {
      throw new ApiError("no", { status: 403, cause: undefined });
    });
    await run.preview(chosen, plan);
    await run.go();
    expect([run.phase.value, run.problem.value?.kind]).toEqual(["halted", "forbidden"]);
    expect(kindsOf(run).filter((kind) => kind === "foretold")).toHaveLength(24);
  });

  it("knows nothing of a saga that an answer leaves out", async () => {
    const { run } = setUp(async () => ({ items: [] }));
    await run.preview(chosen.slice(0, 2), plan);
    await run.go();
    expect([kindsOf(run), run.phase.value]).toEqual([["unknown", "unknown"], "finished"]);
  });

  it("asks for the truth about a step, where that is the plan", async () => {
    const { run, requests } = setUp();
    await run.preview(chosen, { choice: "not-applied", step: "pay", note: "nothing there", by: "" });
    expect(requests[0]).toMatchObject({ route: "resolve", body: { step: "pay", applied: false, note: "nothing there" } });
    expect(requests[0]?.body).not.toHaveProperty("by");
  });

  it("reads again what is still under way, and nothing that is settled or being read", async () => {
    const reads: string[] = [];
    const held = Promise.withResolvers<void>();
    const run = new BulkRun({
      preview: async ({ ids }) => ({ items: ids.map((id) => ({ saga_id: id, accepted: true, consequence })), token: "t" }),
      perform: accept,
      read: async (id) => {
        reads.push(id);
        const isFirst = reads.filter((each) => each === id).length === 1;
        if (id === "saga-1" && !isFirst) await held.promise;
        const isUnderWay = id === "saga-1" && isFirst;
        return sagaOf([], { saga_id: id, state: "CANCELLED", status: isUnderWay ? "running" : "cancelled" });
      },
      onError: () => undefined,
    });
    await run.preview(chosen.slice(0, 3), plan);
    await run.go();
    expect(run.rows.value.map(becameOf)).toEqual(["as-foretold", "under-way", "as-foretold"]);
    const again = [run.readBack(), run.readBack()];
    expect(reads).toEqual(["saga-0", "saga-1", "saga-2", "saga-1"]);
    held.resolve();
    await Promise.all(again);
    expect(run.rows.value.map(becameOf)).toEqual(["as-foretold", "as-foretold", "as-foretold"]);
    await run.readBack();
    expect(reads).toHaveLength(4);
  });
});
