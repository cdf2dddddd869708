import type { Action, Attempt, ReadAttempt } from "../definition/attempt.ts";
import type { ContextSchemas } from "../definition/context.ts";
import { Controller } from "../definition/controller.ts";
import { givesNothing } from "../definition/gives-nothing.ts";
import type { AnyHandler } from "../definition/handler.ts";
import { done, type Outcome, rejected } from "../definition/outcome.ts";
import type { StepPatience } from "../definition/patience.ts";
import { defaultPolicy, type Policy } from "../definition/policy.ts";
import type { Schema } from "../definition/schema.ts";
import type { StepKind } from "../definition/step-handler.ts";
import type { AnyWaitHandler, OnTimeout } from "../definition/wait-handler.ts";
import { isJsonObject } from "../json.ts";
import type { ScriptedWorld } from "./scripted-world.ts";

export interface StepScript {
  readonly step: string;
  readonly kind: StepKind;
  readonly keyed?: boolean;
  readonly rollbackIsRepeatable?: boolean;
  /** A compensatable step then gives the id `GIVEN_ID` in this member, and is undone by it. */
  readonly rollbackId?: string;
  readonly refusedRollback?: "stop" | "go-on";
  readonly orphanIsHarmless?: boolean;
  readonly keyRetentionMs?: number;
  readonly arrivesWithinMs?: number;
  readonly callTimeoutMs?: number;
  readonly patience?: StepPatience;
  /** Whether it can look whether it was applied. */
  readonly probes?: boolean;
  /** The step waits. A signal `{ no: reason }` is refused, any other object is done and gives itself. Its kind is no read. */
  readonly wait?: WaitScript;
}

/** A wait of a scripted saga. */
export interface WaitScript {
  /** Whether it takes no signal. Default: it takes one. */
  readonly isTimer?: boolean;
  readonly waitMs?: number;
  readonly waitUntil?: string;
  readonly onTimeout?: OnTimeout;
  readonly byDefault?: object;
  readonly correlation?: string;
}

/** The id that every step with a `rollbackId` gives, in every saga: it is given out again at once. */
export const GIVEN_ID = 7;

const anyObject: Schema<object> = {
  "~standard": {
    version: 1,
    vendor: "saga-core",
    validate: (value) => (isJsonObject(value) ? { value } : { issues: [{ message: "must be an object" }] }),
  },
};

/** The world that a saga acts on, by its data. */
type WorldOf = (data: object) => ScriptedWorld;

interface ScriptedTerms {
  /** Default: 1. */
  readonly version?: number;
  /** Default: it takes nothing of the caller's context. */
  readonly context?: ContextSchemas | undefined;
  /** Default: nothing is secret. */
  readonly secret?: readonly string[] | undefined;
}

/** A controller made at run time from a list of steps, whose handlers act on a scripted world. */
export class ScriptedController extends Controller {
  constructor(
    steps: readonly StepScript[],
    world: ScriptedWorld | WorldOf,
    policy: Partial<Policy> = {},
    { version = 1, context, secret }: ScriptedTerms = {},
  ) {
    const worldOf = typeof world === "function" ? world : () => world;
    super({
      name: "scripted",
      version,
      chain: { input: anyObject, handlers: steps.map((script) => scriptedHandler(script, worldOf)) },
      policy: { ...defaultPolicy, ...policy },
      context,
      secret,
    });
  }
}

/** What a signal of a scripted saga means. */
function outcomeOf(signal: object): Outcome<object> & { readonly outcome: "done" | "rejected" } {
  return "no" in signal ? rejected(String(signal.no)) : done(signal);
}

function scriptedWait(
  { step, kind, rollbackIsRepeatable = false, keyed = true }: StepScript,
  wait: WaitScript,
  worldOf: WorldOf,
): AnyWaitHandler {
  const { isTimer = false, ...terms } = wait;
  const shared = {
    how: "wait",
    step,
    words: wordsOf(step),
    gives: anyObject,
    outcomeOf,
    ...(isTimer ? {} : { accepts: anyObject }),
    ...terms,
  } as const;
  const participant = { name: step, keyed };
  const nobody = { name: "nobody", keyed: true };
  switch (kind) {
    case "compensatable": {
      const rollback = async (data: object, attempt: Attempt) => {
        const world = worldOf(data);
        const held = world.arrive(`${step}/rollback`, attempt);
        if (held !== undefined) await held;
        return world.answer(step, "rollback", participant, attempt);
      };
      return { ...shared, kind, participant, rollbackIsRepeatable, rollback };
    }
    case "lasting":
    case "retriable":
      return { ...shared, kind, participant: nobody };
    case "pivot":
      return { ...shared, kind, participant: nobody, orphanIsHarmless: false };
    case "read":
      throw new TypeError("no wait reads");
  }
}

function scriptedHandler(script: StepScript, worldOf: WorldOf): AnyHandler {
  return script.wait ? scriptedWait(script, script.wait, worldOf) : scriptedCall(script, worldOf);
}

function scriptedCall(
  { step, kind, keyed = true, rollbackIsRepeatable = false, orphanIsHarmless = false, probes = false, ...times }: StepScript,
  worldOf: WorldOf,
): AnyHandler {
  const { keyRetentionMs, arrivesWithinMs, callTimeoutMs, rollbackId, patience, refusedRollback = "stop" } = times;
  const participant = {
    name: step,
    keyed,
    ...(keyRetentionMs !== undefined && { keyRetentionMs }),
    ...(arrivesWithinMs !== undefined && { arrivesWithinMs }),
    ...(callTimeoutMs !== undefined && { callTimeoutMs }),
  };
  const words = wordsOf(step);
  const act = async (action: Action, data: object, attempt: Attempt) => {
    const world = worldOf(data);
    const held = world.arrive(`${step}/${action}`, attempt);
    if (held !== undefined) await held;
    const outcome = world.answer(step, action, participant, attempt);
    const isGiven = outcome.outcome === "done" && action === "run" && rollbackId !== undefined;
    return isGiven ? done({ [rollbackId]: GIVEN_ID }) : outcome;
  };
  const run = (data: object, attempt: Attempt) => act("run", data, attempt);
  const rollback = (data: object, attempt: Attempt) => act("rollback", data, attempt);
  const probe = async (data: object) => worldOf(data).probe(step);
  const own = patience ? { patience } : {};
  const shared = { step, words, participant, gives: givesNothing, run, ...own, ...(probes && { probe }) };
  switch (kind) {
    case "compensatable":
      return rollbackId === undefined
        ? { ...shared, kind, rollback, rollbackIsRepeatable, refusedRollback }
        : { ...shared, kind, rollback, rollbackIsRepeatable, refusedRollback, rollbackId, gives: anyObject };
    case "pivot":
      return { ...shared, kind, orphanIsHarmless };
    case "lasting":
    case "retriable":
      return { ...shared, kind };
    case "read":
      return {
        kind,
        step,
        participant,
        ...own,
        gives: anyObject,
        run: (data: object, attempt: ReadAttempt) => read(worldOf(data), step, attempt),
      };
  }
}

async function read(world: ScriptedWorld, step: string, attempt: ReadAttempt): Promise<Outcome<object>> {
  const held = world.arrive(`${step}/run`, { ...attempt, key: "" });
  if (held !== undefined) await held;
  return world.read(step);
}

function wordsOf(step: string) {
  const upper = step.toUpperCase().replaceAll("-", "_");
  const pascal = step.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
  return {
    state: `DOING_${upper}`,
    done: `${pascal}Done`,
    failed: `${pascal}Failed`,
    undoing: `UNDOING_${upper}`,
    undone: `${pascal}Undone`,
    timedOut: `${pascal}TimedOut`,
  };
}
