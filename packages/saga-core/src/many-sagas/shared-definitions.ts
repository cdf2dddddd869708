import { Controller } from "../definition/controller.ts";
import { defaultPolicy, type Policy } from "../definition/policy.ts";
import { inTruth } from "../simulation/simulated-controller.ts";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";

/** The deadline of every call, and how late a request without an answer may still arrive, in milliseconds. */
export const CALL_TIMEOUT_MS = 2_000;
export const ARRIVES_WITHIN_MS = 10_000;

/** A sick saga tries until its deadline, or until it gives up: long beside the life of a healthy one, which is less than a second. */
export const POLICY: Policy = { ...defaultPolicy, attemptsMax: 1_000, deadlineMs: 60_000, giveUpMs: 180_000 };

interface SharedStep extends Partial<StepScript> {
  readonly step: string;
  readonly kind: StepScript["kind"];
  /** The participant, which the steps of other definitions call too. */
  readonly at: string;
}

/** A definition whose participants others have too. Its handlers are never called: a simulation stands in their place. */
class SharedController extends Controller {
  constructor(name: string, steps: readonly SharedStep[], keyed: boolean) {
    const times = { callTimeoutMs: CALL_TIMEOUT_MS, arrivesWithinMs: ARRIVES_WITHIN_MS };
    const { input, handlers } = new ScriptedController(
      steps.map((step) => ({ keyed, ...times, ...step })),
      new ScriptedWorld(),
    );
    const shared = handlers.map((handler, index) => inTruth(handler, { name: steps[index]?.at ?? handler.step }));
    super({ name, version: 1, chain: { input, handlers: shared }, policy: POLICY });
  }
}

/** How long its sagas wait for a signal at the most, in milliseconds, before and after the pivot. */
const CONFIRMED_MS_MAX = 8_000;
const REPORTED_MS_MAX = 10_000;

export const participants = ["store", "payments", "mail"] as const;

/** Definitions with steps and participants of every kind, which share their participants. */
export const sharedDefinitions: readonly Controller[] = [
  new SharedController(
    "order",
    [
      { step: "create", kind: "compensatable", at: "store" },
      { step: "take", kind: "compensatable", at: "store" },
      { step: "pay", kind: "pivot", at: "payments" },
      { step: "tell", kind: "retriable", at: "mail" },
    ],
    true,
  ),
  new SharedController(
    "booking",
    [
      { step: "look", kind: "read", at: "store" },
      { step: "reserve", kind: "compensatable", at: "store", rollbackIsRepeatable: true, probes: true },
      { step: "charge", kind: "pivot", at: "payments", probes: true },
    ],
    false,
  ),
  new SharedController(
    "return",
    [
      { step: "announce", kind: "compensatable", at: "mail" },
      { step: "refund", kind: "compensatable", at: "payments" },
    ],
    true,
  ),
];

/** Its first step is never undone, its second has patience of its own, and a rollback that is refused lets the others go on. */
export const parcelDefinition: Controller = new SharedController(
  "parcel",
  [
    { step: "note", kind: "lasting", at: "mail" },
    {
      step: "pack",
      kind: "compensatable",
      at: "store",
      refusedRollback: "go-on",
      patience: { attemptsMax: 6, backoffMsBase: 200, deadlineMs: 20_000 },
    },
    { step: "weigh", kind: "compensatable", at: "store" },
    { step: "ship", kind: "pivot", at: "payments", patience: { giveUpMs: 90_000 } },
  ],
  true,
);

/** It waits for a signal before its pivot and after it. */
export const visitDefinition: Controller = new SharedController(
  "visit",
  [
    { step: "book", kind: "compensatable", at: "store" },
    { step: "confirm", kind: "lasting", at: "nobody", wait: { waitMs: CONFIRMED_MS_MAX, onTimeout: "turn-back" } },
    { step: "bill", kind: "pivot", at: "payments" },
    {
      step: "report",
      kind: "retriable",
      at: "nobody",
      wait: { waitMs: REPORTED_MS_MAX, onTimeout: "go-on", byDefault: { report: 0 } },
    },
    { step: "thank", kind: "retriable", at: "mail" },
  ],
  true,
);
