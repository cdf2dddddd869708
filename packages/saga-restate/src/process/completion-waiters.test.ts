import { JournalError, rejected, type Saga, type SagaEvent } from "saga-core";
import { fold, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock, unkeyedSteps } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { timings } from "../timings.ts";
import { CompletionWaiters } from "./completion-waiters.ts";

const keyed = new ScriptedController(contractSteps, new ScriptedWorld());
const unkeyed = new ScriptedController(unkeyedSteps, new ScriptedWorld());

function sagaAfter(controller: ScriptedController, events: readonly SagaEvent[]): Saga {
  const start = startOf(controller, { id: "saga", at: 1, input: {}, idempotencyKey: undefined, trace: undefined });
  const saga = fold(controller, [start, ...events]);
  if (!saga) throw new TypeError("These are no events.");
  return saga;
}

const order = { step: "order", action: "run", attempt: 1 } as const;
const running = sagaAfter(keyed, []);
const cancelled = sagaAfter(keyed, [
  { type: "answered", at: 2, ...order, outcome: rejected("no"), random: 0 },
  { type: "closing-recorded", at: 2 },
]);
const stuck = sagaAfter(unkeyed, [
  { type: "answered", at: 2, ...order, outcome: { outcome: "unknown", reason: "no reply" }, random: 0 },
]);

/** Requests for the end of one saga; a test answers them. */
function setUp() {
  const clock = new SimulatedClock();
  const requests: PromiseWithResolvers<readonly unknown[] | null>[] = [];
  const seen: { saga: Saga | undefined; looks: number; runsHere: boolean } = { saga: running, looks: 0, runsHere: false };
  const request = (signal: AbortSignal) => {
    const answer = Promise.withResolvers<readonly unknown[] | null>();
    requests.push(answer);
    signal.addEventListener("abort", () => answer.reject(new DOMException("It was aborted.", "AbortError")));
    return answer.promise;
  };
  const waiters = new CompletionWaiters({
    ingress: { attach: (_service, _id, signal) => request(signal) },
    clock,
    get: async () => {
      seen.looks += 1;
      return seen.saga;
    },
    runsHere: () => seen.runsHere,
    ended: async (_id, events) => (events === null ? undefined : cancelled),
  });
  return { clock, requests, seen, request, waiters };
}

/** Lets everything that is pending react. */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

async function advance(clock: SimulatedClock, ms: number): Promise<void> {
  clock.advanceBy(ms);
  await settled();
}

describe("a completion waiter", () => {
  it("resolves with the end that Restate reports, for all callers with one request", async () => {
    const { waiters, requests, clock } = setUp();
    const [one, other] = [waiters.wait("service", "saga"), waiters.wait("service", "saga")];
    expect(waiters.count).toBe(1);
    requests[0]?.resolve([]);
    expect(await Promise.all([one, other])).toEqual([cancelled, cancelled]);
    expect(requests).toHaveLength(1);
    expect([waiters.count, waiters.has("saga")]).toEqual([0, false]);
    expect(clock.waiting).toBe(0);
  });

  it("sends the request that starts the saga once, and then requests only its end", async () => {
    const { waiters, requests, request, clock } = setUp();
    const firsts: AbortSignal[] = [];
    const rest = waiters.wait("service", "saga", (signal) => {
      firsts.push(signal);
      return request(signal);
    });
    for (let passed = 0; passed < timings.completionRequestMsMax; passed += 1_000) await advance(clock, 1_000);
    expect(requests).toHaveLength(2);
    expect(firsts).toHaveLength(1);
    requests[1]?.resolve([]);
    expect(await rest).toBe(cancelled);
  });

  it("rejects when Restate does not serve the request", async () => {
    const { waiters, requests } = setUp();
    const rest = waiters.wait("service", "saga");
    requests[0]?.reject(new JournalError("Restate is gone."));
    await expect(rest).rejects.toThrow("Restate is gone.");
    expect(waiters.has("saga")).toBe(false);
  });

  it("finds by looking that a saga in another process needs a human, less often as time passes", async () => {
    const { waiters, seen, clock } = setUp();
    const rest = waiters.wait("service", "saga");
    await settled();
    await advance(clock, timings.completionLookMsMin);
    expect(seen.looks).toBe(1);
    await advance(clock, timings.completionLookMsMin);
    expect(seen.looks).toBe(1);
    await advance(clock, timings.completionLookMsMin);
    expect(seen.looks).toBe(2);
    seen.saga = stuck;
    await advance(clock, timings.completionLookMsMax);
    expect(await rest).toBe(stuck);
  });

  it("does not look while its saga runs in this process, but hears at once that it needs a human", async () => {
    const { waiters, seen, clock } = setUp();
    seen.runsHere = true;
    const rest = waiters.wait("service", "saga");
    await settled();
    await advance(clock, timings.completionLookMsMin);
    expect(seen.looks).toBe(0);
    waiters.needsHuman("saga");
    await settled();
    await advance(clock, timings.recordedLookMs);
    expect(seen.looks).toBe(1);
    seen.saga = stuck;
    await advance(clock, timings.recordedLookMs);
    expect(await rest).toBe(stuck);
  });

  it("looks at last for a saga that ran in this process and moved away", async () => {
    const { waiters, seen, clock } = setUp();
    seen.runsHere = true;
    const rest = waiters.wait("service", "saga");
    seen.saga = stuck;
    await settled();
    for (let passed = 0; passed < 2 * timings.completionLookMsMax; passed += 1_000) await advance(clock, 1_000);
    expect(await rest).toBe(stuck);
  });

  it("resolves with the end that comes while it looks for the record of a saga that needed a human", async () => {
    const { waiters, requests } = setUp();
    const rest = waiters.wait("service", "saga");
    await settled();
    waiters.needsHuman("saga");
    await settled();
    requests[0]?.resolve([]);
    expect(await rest).toBe(cancelled);
  });
});

describe("the waiters of a process that stops", () => {
  it("get the end of a saga that ends within the grace", async () => {
    const { waiters, requests } = setUp();
    const rest = waiters.wait("service", "saga");
    const drained = waiters.drain(1_000);
    requests[0]?.resolve([]);
    expect(await rest).toBe(cancelled);
    await drained;
  });

  it("get their saga as it is after the grace", async () => {
    const { waiters, clock } = setUp();
    const rest = waiters.wait("service", "saga");
    await settled();
    const drained = waiters.drain(1_000);
    await advance(clock, 1_000);
    expect(await rest).toBe(running);
    await drained;
    expect(clock.waiting).toBe(1);
  });

  it("get an error where nothing is known of the saga", async () => {
    const { waiters, seen, clock } = setUp();
    seen.saga = undefined;
    const rest = waiters.wait("service", "saga");
    await settled();
    const drained = waiters.drain(0);
    await advance(clock, 0);
    await expect(rest).rejects.toThrow(JournalError);
    await drained;
  });
});
