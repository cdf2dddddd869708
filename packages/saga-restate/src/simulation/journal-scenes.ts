import { defaultGateLimits, type GateLimits, type Policy } from "saga-core";
import { contractSteps, type Fault, type StepScript, unkeyedSteps } from "saga-core/testing";
import type { SimulatedSaga } from "./simulated-saga.ts";

const MINUTE_MS = 60_000;

export const chains = {
  keyed: contractSteps,
  unkeyed: unkeyedSteps,
  probing: unkeyedSteps.map((step) => ({ ...step, probes: true })),
  waiting: [
    { step: "order", kind: "compensatable", rollbackIsRepeatable: true, rollbackId: "id" },
    { step: "paid", kind: "lasting", wait: { waitMs: 100 * MINUTE_MS, onTimeout: "turn-back", correlation: "id" } },
    { step: "pay", kind: "pivot" },
  ],
} as const satisfies Readonly<Record<string, readonly StepScript[]>>;

export type ChainName = keyof typeof chains;

/** A saga whose journal is recorded when it has been played. */
export interface JournalScene {
  readonly name: string;
  readonly chain: ChainName;
  readonly faults?: Readonly<Record<string, readonly Fault[]>>;
  readonly policy?: Partial<Policy>;
  readonly gateLimits?: GateLimits;
  readonly play: (saga: SimulatedSaga) => Promise<void>;
}

/** Attempts in a row until a participant's circuit is open, and the history has parts. */
const LONG = 14;

/** Attempts in a row of which the last ones share batches. No circuit opens. */
const REPEATED = 30;
const repeated = {
  faults: { "mail/run": Array<Fault>(REPEATED).fill("unavailable") },
  policy: { backoffMsBase: 20, backoffMsMax: 20 },
  gateLimits: { ...defaultGateLimits, failuresMax: REPEATED + 1 },
};

async function toTheEnd(saga: SimulatedSaga): Promise<void> {
  await saga.begin();
  await saga.finish();
}

async function untilItWaits(saga: SimulatedSaga): Promise<void> {
  await saga.begin();
  await saga.writeAll();
}

/** Plays the saga up to a call, which stays under way. */
function upTo(call: string) {
  return async (saga: SimulatedSaga): Promise<void> => {
    saga.world.hold(call);
    await untilItWaits(saga);
  };
}

function requestNow(saga: SimulatedSaga, id: string, operation: object): void {
  saga.request(id, { at: saga.clock.now(), by: "ada", ...operation });
}

/** Early signals that are kept, come again or are late, and then the call that they came before. */
function untilSignalled(outcome: object) {
  return async (saga: SimulatedSaga): Promise<void> => {
    const release = saga.world.hold("order/run");
    await untilItWaits(saga);
    const signalled = { type: "signalled", step: "paid", outcome: { outcome: "done", result: { paid: 1 }, ...outcome } };
    for (const id of ["one", "one", "two"]) requestNow(saga, id, signalled);
    requestNow(saga, "three", { ...signalled, outcome: { outcome: "done", result: { paid: 2 } } });
    await saga.writeAll();
    release();
    await saga.writeAll();
  };
}

export const journalScenes: readonly JournalScene[] = [
  { name: "keyed-completed", chain: "keyed", play: toTheEnd },
  { name: "keyed-cancelled", chain: "keyed", faults: { "pay/run": ["rejected"] }, play: toTheEnd },
  // Its closing record holds its turn, which sagas that earlier releases began do not have.
  { name: "keyed-told-why", chain: "keyed", faults: { "pay/run": ["rejected"] }, play: toTheEnd },
  { name: "keyed-first-call", chain: "keyed", play: upTo("order/run") },
  { name: "keyed-pivot", chain: "keyed", play: upTo("pay/run") },
  { name: "keyed-after-pivot", chain: "keyed", faults: { "mail/run": ["unavailable"] }, play: untilItWaits },
  { name: "keyed-waiting", chain: "keyed", faults: { "stock/run": ["unavailable"] }, play: untilItWaits },
  { name: "keyed-undoing", chain: "keyed", faults: { "pay/run": ["rejected"] }, play: upTo("stock/rollback") },
  { name: "keyed-needs-human", chain: "keyed", faults: { "stock/run": ["defect"] }, play: untilItWaits },
  {
    name: "keyed-resumed",
    chain: "keyed",
    play: async (saga) => {
      await upTo("order/run")(saga);
      await saga.restart();
      await saga.writeAll();
    },
  },
  {
    name: "keyed-cancelled-during-call",
    chain: "keyed",
    play: async (saga) => {
      await upTo("stock/run")(saga);
      requestNow(saga, "one", { type: "cancel-requested" });
      await saga.writeAll();
    },
  },
  {
    name: "keyed-retried-twice",
    chain: "keyed",
    faults: { "stock/run": ["unavailable", "unavailable"] },
    play: async (saga) => {
      await untilItWaits(saga);
      for (const id of ["one", "one", "two"]) requestNow(saga, id, { type: "retry-requested" });
      await saga.writeAll();
    },
  },
  {
    name: "keyed-late-batch",
    chain: "keyed",
    play: async (saga) => {
      saga.world.hold("stock/run");
      await saga.begin();
      saga.process.context.delay(MINUTE_MS);
      await saga.writeAll();
      saga.clock.advanceBy(MINUTE_MS / 2);
      await saga.writeAll();
    },
  },
  {
    name: "keyed-long",
    chain: "keyed",
    faults: { "mail/run": Array<Fault>(LONG).fill("unavailable") },
    play: toTheEnd,
  },
  { name: "keyed-repeated", chain: "keyed", ...repeated, play: toTheEnd },
  { name: "unkeyed-repeated", chain: "unkeyed", ...repeated, play: toTheEnd },
  { name: "unkeyed-completed", chain: "unkeyed", play: toTheEnd },
  { name: "unkeyed-second-call", chain: "unkeyed", play: upTo("stock/run") },
  { name: "unkeyed-needs-human", chain: "unkeyed", faults: { "stock/run": ["reply-lost"] }, play: untilItWaits },
  {
    name: "unkeyed-resolved",
    chain: "unkeyed",
    faults: { "stock/run": ["reply-lost"] },
    play: async (saga) => {
      await untilItWaits(saga);
      const resolution = { step: "stock", action: "run", applied: true, result: {} };
      requestNow(saga, "one", { type: "resolved", ...resolution });
      saga.world.hold("pay/run");
      await saga.writeAll();
    },
  },
  { name: "waiting-signalled", chain: "waiting", play: untilSignalled({}) },
  { name: "waiting-refused", chain: "waiting", play: untilSignalled({ outcome: "rejected", reason: "no money" }) },
  { name: "waiting-open", chain: "waiting", play: untilItWaits },
  { name: "waiting-over", chain: "waiting", play: toTheEnd },
  { name: "probing-looks", chain: "probing", faults: { "stock/run": ["reply-lost"] }, play: toTheEnd },
];
