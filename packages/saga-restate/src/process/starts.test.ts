import { defaultAutoPause, JournalError, type Pause, type Saga, type StartRequest } from "saga-core";
import { AutomaticPauses, type PreparedStart, prepareStart } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { DRIVER_VERSION } from "../objects/driver-version.ts";
import type { KeyedStart, WorkflowInput } from "../objects/messages.ts";
import { ServiceNames } from "../objects/service-names.ts";
import { LocalSagas } from "./local-sagas.ts";
import { Starts } from "./starts.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());
const prepared = { controller, input: { who: "ada" } };
const request: StartRequest = { definition: "scripted", input: prepared.input };

/** Restate's side of starts: which sagas were submitted, and which one has the key. */
function setUp() {
  const clock = new SimulatedClock();
  const local = new LocalSagas(10);
  const submitted: WorkflowInput[] = [];
  const waitedFor: string[] = [];
  const ended: string[] = [];
  const restate: { failure: Error | undefined; keyed: KeyedStart | undefined; readonly holders: Map<string, string> } = {
    failure: undefined,
    keyed: undefined,
    holders: new Map(),
  };
  const state: { pauses: readonly Pause[]; count: number; isDraining: boolean; isEnding: boolean; ids: number } = {
    pauses: [],
    count: 0,
    isDraining: false,
    /** Whether a saga that is waited for has ended. */
    isEnding: false,
    ids: 0,
  };
  const starts = new Starts({
    names: new ServiceNames("test"),
    ingress: {
      submit: async (_service, _id, input) => {
        if (restate.failure) throw restate.failure;
        submitted.push(input);
      },
      run: async (_service, _id, input) => {
        if (restate.failure) throw restate.failure;
        submitted.push(input);
        return [];
      },
      startUnderKey: async (_key, start, input) => {
        if (restate.failure) throw restate.failure;
        if (!restate.keyed && input) {
          restate.keyed = start;
          submitted.push(input);
        }
        return restate.keyed;
      },
      startClaiming: async (key, start, [claim], input) => {
        if (restate.failure) throw restate.failure;
        if (key !== undefined && restate.keyed) return { start: restate.keyed };
        if (!input || !claim) return {};
        const holder = restate.holders.get(claim.correlation);
        if (holder !== undefined) return { taken: { step: claim.step, holder } };
        restate.holders.set(claim.correlation, start.id);
        if (key !== undefined) restate.keyed = start;
        submitted.push(input);
        return { start };
      },
    },
    local,
    waiters: {
      get count() {
        return state.count;
      },
      wait: async (_service, id, first): Promise<Saga> => {
        waitedFor.push(id);
        await first?.(new AbortController().signal);
        const found = local.get(id)?.found;
        if (!found) throw new TypeError("It is not known here.");
        return state.isEnding ? { ...found.saga, phase: { name: "completed" } } : found.saga;
      },
    },
    pauses: { current: async () => state.pauses },
    automatic: new AutomaticPauses({
      limits: { ...defaultAutoPause, trials: 1 },
      clock,
      begin: async () => true,
      end: async ({ definition }) => {
        ended.push(definition);
        return true;
      },
      onChange: () => undefined,
      onDefect: () => undefined,
    }),
    sagasInFlightMax: 2,
    isDraining: () => state.isDraining,
    clock,
    newId: () => {
      state.ids += 1;
      return `saga-${state.ids}`;
    },
  });
  return { starts, local, clock, submitted, waitedFor, ended, restate, state };
}

/** What an engine passes on. */
function requested(
  { controller, input }: Pick<PreparedStart, "controller" | "input">,
  request: StartRequest,
): readonly [PreparedStart, StartRequest] {
  const { name: definition } = controller;
  return [prepareStart([controller], { ...request, definition, input }), request];
}

describe("a start", () => {
  it("submits the saga with its first event and the driver version", async () => {
    const { starts, submitted, local, waitedFor } = setUp();
    const { id, accepted } = await starts.start(...requested(prepared, request));
    await accepted;
    expect(submitted).toEqual([
      { started: expect.objectContaining({ type: "started", id, input: { who: "ada" } }), driverVersion: DRIVER_VERSION },
    ]);
    expect(local.get(id)?.found.saga.id).toBe(id);
    expect(waitedFor).toEqual([]);
  });

  it("that is awaited starts the saga and waits for its end with one request", async () => {
    const { starts, submitted, waitedFor } = setUp();
    const { id, untilRest } = await starts.start(...requested(prepared, { ...request, isAwaited: true }));
    expect((await untilRest()).id).toBe(id);
    expect([submitted.length, waitedFor]).toEqual([1, [id]]);
  });

  it("that Restate does not serve leaves nothing behind", async () => {
    const { starts, restate, local } = setUp();
    restate.failure = new JournalError("Restate is gone.");
    const { id, accepted } = await starts.start(...requested(prepared, request));
    await expect(accepted).rejects.toThrow("Restate is gone.");
    expect(local.get(id)).toBeUndefined();
  });

  it.each([
    ["draining", { isDraining: true }],
    ["overloaded", { count: 2 }],
    ["paused", { pauses: [{ definition: "scripted", at: 1 }] }],
  ] as const)("is refused as %s, and nothing is submitted", async (refusal, change) => {
    const { starts, state, submitted } = setUp();
    Object.assign(state, change);
    await expect(starts.start(...requested(prepared, request))).rejects.toMatchObject({ refusal });
    expect(submitted).toEqual([]);
  });
});

describe("a start under a key", () => {
  const keyed = { ...request, idempotencyKey: "key" };

  it("gives the saga that the key has, and forgets the one it prepared", async () => {
    const { starts, submitted, local } = setUp();
    const first = await starts.start(...requested(prepared, keyed));
    const second = await starts.start(...requested(prepared, keyed));
    expect([first.id, second.id]).toEqual(["saga-1", "saga-1"]);
    expect(submitted).toHaveLength(1);
    expect([local.get("saga-1") !== undefined, local.get("saga-2")]).toEqual([true, undefined]);
  });

  it("is refused where the key has a saga with another input", async () => {
    const { starts } = setUp();
    await starts.start(...requested(prepared, keyed));
    const other = starts.start(...requested({ controller, input: { who: "alan" } }, keyed));
    await expect(other).rejects.toMatchObject({ refusal: "key-reused" });
  });

  it("gives the saga that the key has although no new saga may start", async () => {
    const { starts, state } = setUp();
    await starts.start(...requested(prepared, keyed));
    state.pauses = [{ definition: "scripted", at: 1 }];
    expect((await starts.start(...requested(prepared, keyed))).id).toBe("saga-1");
  });

  it("is refused where the key has no saga and no new one may start", async () => {
    const { starts, state, submitted } = setUp();
    state.isDraining = true;
    await expect(starts.start(...requested(prepared, keyed))).rejects.toMatchObject({ refusal: "draining" });
    expect(submitted).toEqual([]);
  });
});

describe("a start of a definition that has paused itself", () => {
  const pauses: readonly Pause[] = [{ definition: "scripted", at: 1, automatic: true }];
  const keyed = { ...request, idempotencyKey: "key" };

  it.for<[string, StartRequest]>([
    ["without a key", request],
    ["that is awaited", { ...request, isAwaited: true }],
    ["under a new key", keyed],
  ])("is let through as a trial when one is due, and the end of its saga ends the pause: %s", async ([, trial]) => {
    const { starts, state, clock, ended } = setUp();
    Object.assign(state, { pauses, isEnding: true });
    await expect(starts.start(...requested(prepared, trial))).rejects.toMatchObject({ refusal: "paused", retryAfterMs: 60_000 });
    clock.advanceBy(60_000);
    await starts.start(...requested(prepared, trial));
    await expect.poll(() => ended).toEqual(["scripted"]);
    await expect(starts.start(...requested(prepared, request))).rejects.toMatchObject({ refusal: "paused" });
  });

  it("is no trial under a key that has its saga", async () => {
    const { starts, state, clock } = setUp();
    const { id } = await starts.start(...requested(prepared, keyed));
    state.pauses = pauses;
    expect((await starts.start(...requested(prepared, keyed))).id).toBe(id);
    clock.advanceBy(60_000);
    expect((await starts.start(...requested(prepared, keyed))).id).toBe(id);
    expect((await starts.start(...requested(prepared, request))).id).not.toBe(id);
  });

  it("leaves the trial to another start where Restate does not serve it", async () => {
    const { starts, state, clock, restate } = setUp();
    state.pauses = pauses;
    await expect(starts.start(...requested(prepared, request))).rejects.toMatchObject({ refusal: "paused" });
    clock.advanceBy(60_000);
    restate.failure = new JournalError("Restate is gone.");
    await expect((await starts.start(...requested(prepared, request))).accepted).rejects.toThrow("Restate is gone.");
    restate.failure = undefined;
    await (await starts.start(...requested(prepared, request))).accepted;
  });
});

describe("a start whose input has a correlation", () => {
  const waiting = new ScriptedController([{ step: "paid", kind: "pivot", wait: { correlation: "ref" } }], new ScriptedWorld());
  const claiming = { controller: waiting, input: { ref: "A-1" } };

  it("starts the saga that has it, and waits for its end", async () => {
    const { starts, submitted, local } = setUp();
    const { id, accepted, untilRest } = await starts.start(...requested(claiming, { ...request, isAwaited: true }));
    await accepted;
    expect((await untilRest()).id).toBe(id);
    expect([submitted.length, local.get(id)?.found.saga.id]).toEqual([1, id]);
  });

  it.for([undefined, "key"])(
    "is refused where another saga has it, and leaves nothing behind: key %s",
    async (idempotencyKey) => {
      const { starts, submitted, local } = setUp();
      const { id } = await starts.start(...requested(claiming, request));
      const refused = starts.start(
        ...requested(claiming, { ...request, ...(idempotencyKey !== undefined && { idempotencyKey }) }),
      );
      await expect(refused).rejects.toMatchObject({ refusal: "correlation-taken", message: expect.not.stringContaining(id) });
      expect([submitted.length, local.get("saga-2")]).toEqual([1, undefined]);
    },
  );

  it("gives the saga of its own key, which is looked up first", async () => {
    const { starts } = setUp();
    const first = await starts.start(...requested(claiming, { ...request, idempotencyKey: "key" }));
    expect((await starts.start(...requested(claiming, { ...request, idempotencyKey: "key" }))).id).toBe(first.id);
  });

  it("is refused before anything where no sender could name it", async () => {
    const { starts, submitted } = setUp();
    const refused = starts.start(...requested({ ...claiming, input: { ref: 2 ** 53 } }, request));
    await expect(refused).rejects.toMatchObject({ refusal: "invalid-input" });
    expect(submitted).toEqual([]);
  });

  it("that Restate does not serve leaves nothing behind", async () => {
    const { starts, restate, local } = setUp();
    restate.failure = new JournalError("Restate is gone.");
    await expect(starts.start(...requested(claiming, request))).rejects.toThrow("Restate is gone.");
    expect(local.get("saga-1")).toBeUndefined();
  });
});
