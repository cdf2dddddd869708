import { givesNothing } from "./gives-nothing.ts";
import type { AnyCallHandler, AnyHandler } from "./handler.ts";
import type { Nothing } from "./outcome.ts";
import type { Schema } from "./schema.ts";
import type { AnyStep, CallStep, WaitStep } from "./step-object.ts";
import type { FittingStep, NeedsOfStep } from "./step-reasons.ts";
import { type AnyWaitHandler, nobody } from "./wait-handler.ts";

/** The handler that {@link step} makes: the object, the defaults that it left out, and the type of the data that it needs. */
export type HandlerOfStep<Given> = Given &
  Omit<Defaults, keyof Given> & { readonly "~needs"?: (data: NeedsOfStep<Given>) => void };

interface Defaults {
  readonly gives: Schema<Nothing>;
  readonly participant: typeof nobody;
  readonly rollbackIsRepeatable: false;
  readonly orphanIsHarmless: false;
}

/**
 * Makes a handler of one object, equal to one of the class of its kind (`how: "wait"` for those that wait). It has the same members. What it
 * needs is the type of the data that its `run` takes (a read and a wait too); a member that only `rollback` takes is needed too, unless the step gives it. A
 * wait needs its `waitUntil` and `correlation`. `gives` may be left out.
 *
 * @example
 * ```ts
 * import { chain, done, type Schema, step, unknown } from "saga-core";
 *
 * interface Trip {
 *   readonly traveller: string;
 * }
 *
 * export const tripChain = (trip: Schema<Trip>) =>
 *   chain(trip).step(
 *     step({
 *       kind: "pivot",
 *       step: "charge-card",
 *       words: { state: "CHARGING", done: "Charged", failed: "Declined" },
 *       participant: { name: "bank", keyed: true },
 *       run: async ({ traveller }: Trip, { key, signal }) => {
 *         const headers = { "idempotency-key": key };
 *         const url = `https://bank.example/charges/${encodeURIComponent(traveller)}`;
 *         const { status } = await fetch(url, { method: "POST", headers, redirect: "manual", signal });
 *         return status === 201 ? done() : unknown(`${status}`);
 *       },
 *     }),
 *   );
 * ```
 */
export function step<const Given extends AnyStep>(given: FittingStep<Given>): HandlerOfStep<Given>;
export function step(given: AnyStep): AnyHandler {
  return given.how === "wait" ? waitOf(given) : callOf(given);
}

function callOf(given: CallStep): AnyCallHandler {
  switch (given.kind) {
    case "compensatable":
      return { gives: givesNothing, rollbackIsRepeatable: false, ...given };
    case "pivot":
      return { gives: givesNothing, orphanIsHarmless: false, ...given };
    case "lasting":
      return { gives: givesNothing, ...given };
    case "retriable":
      return { gives: givesNothing, ...given };
    case "read":
      return { gives: givesNothing, ...given };
  }
}

function waitOf(given: WaitStep): AnyWaitHandler {
  switch (given.kind) {
    case "compensatable":
      return { gives: givesNothing, rollbackIsRepeatable: false, ...given };
    case "pivot":
      return { gives: givesNothing, participant: nobody, ...given, orphanIsHarmless: false };
    case "lasting":
      return { gives: givesNothing, participant: nobody, ...given };
    case "retriable":
      return { gives: givesNothing, participant: nobody, ...given };
  }
}
