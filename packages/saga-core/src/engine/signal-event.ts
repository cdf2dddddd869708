import { inScope } from "../definition/context.ts";
import type { Controller } from "../definition/controller.ts";
import { cutText } from "../definition/cut-text.ts";
import { isWait } from "../definition/handler.ts";
import { maskText } from "../definition/mask.ts";
import { rejected } from "../definition/outcome.ts";
import { readOutcome } from "../definition/read-outcome.ts";
import { parse, SchemaError } from "../definition/schema.ts";
import { secretTextsOf, withoutSecretTexts } from "../definition/secret-members.ts";
import type { AnyWaitHandler } from "../definition/wait-handler.ts";
import type { FoundSaga } from "../ports/engine.ts";
import type { CorrelationQuery } from "../ports/journal.ts";
import { SignalRefused, type SignalSender } from "../ports/signals.ts";
import { correlationText } from "../transition/claims.ts";
import type { Signalled } from "../transition/event.ts";
import type { KnownSignal, Saga, SignalOutcome } from "../transition/saga.ts";
import { isSame } from "../transition/verdict.ts";
import { noSuchSaga } from "./refusals.ts";

/** A signal as a sender gives it. */
export interface SignalRequest {
  readonly step: string;
  readonly signal: unknown;
  readonly sender: SignalSender;
}

/**
 * Turns a signal into an event at the instant `now` (milliseconds since the epoch): its step says what it means. A saga's time does not go back.
 *
 * @throws SignalRefused if the step takes no signal (`not-found`), the signal does not fit it (`invalid-signal`), or its key came with another
 * one (`key-reused`).
 */
export function signalEvent({ controller, saga }: FoundSaga, { step, signal, sender }: SignalRequest, now: number): Signalled {
  const handler = controller.handlers.find((candidate) => candidate.step === step);
  if (!handler) throw new SignalRefused("not-found", `${controller.name} has no step "${step}".`);
  if (!isWait(handler) || !handler.accepts) throw new SignalRefused("not-found", `The step "${step}" takes no signal.`);
  const outcome = signalOutcome(handler, signal, controller.secret);
  const { key, by } = sender;
  const at = Math.max(now, saga.updatedAt);
  const event: Signalled = {
    type: "signalled",
    at,
    step,
    outcome,
    ...(key !== undefined && { key }),
    ...(by !== undefined && { by: cutText(by) }),
  };
  if (isOtherUnderKey(saga, event)) throw keyReused();
  return event;
}

/**
 * What a signal means to a step that waits.
 *
 * @param secret the members whose values no reason tells.
 * @throws SignalRefused if it does not fit the step (`invalid-signal`).
 */
export function signalOutcome(handler: AnyWaitHandler, raw: unknown, secret: readonly string[] = []): SignalOutcome {
  const { accepts, step } = handler;
  if (!accepts) throw new TypeError(`The step "${step}" takes no signal.`);
  try {
    const signal = parse(accepts, raw, `The signal for "${step}"`);
    const outcome = handler.outcomeOf ? handler.outcomeOf(signal) : { outcome: "done", result: signal };
    const read = settled(readOutcome(JSON.parse(JSON.stringify(outcome)), handler, "run"));
    // The signal itself is not recorded: nobody could tell later what of it the reason must not show.
    return read.outcome === "rejected" ? rejected(maskText(read.reason, secretTextsOf(raw, secret))) : read;
  } catch (error) {
    throw error instanceof SchemaError ? invalidSignal(withoutSecretTexts(error, raw, secret)) : error;
  }
}

function invalidSignal(cause: SchemaError): SignalRefused {
  return new SignalRefused("invalid-signal", cause.message, { cause });
}

function settled(outcome: ReturnType<typeof readOutcome>): SignalOutcome {
  if (outcome.outcome === "done" || outcome.outcome === "rejected") return outcome;
  throw new TypeError(`A signal is done or rejected, and never ${outcome.outcome}.`);
}

/** Whether its key came with another signal before: the first one under a key is the signal. Only of those that were recorded is the key known. */
export function isOtherUnderKey(saga: Saga, { step, key, outcome }: Pick<Signalled, "step" | "key" | "outcome">): boolean {
  if (key === undefined) return false;
  const progress = saga.steps.find((each) => each.step === step);
  const known: readonly KnownSignal[] = [
    ...(progress?.signal ? [progress.signal] : []),
    ...(progress?.pastRefusals ?? []),
    ...(saga.lateSignals?.filter((late) => late.step === step) ?? []),
  ];
  const first = known.find((signal) => signal.key === key);
  return first !== undefined && !isSame(first.outcome, outcome);
}

export function keyReused(): SignalRefused {
  return new SignalRefused("key-reused", "This Idempotency-Key already sent another signal to this step.");
}

/**
 * A saga of a tenant is found by its own senders only: to others it does not exist.
 *
 * @throws SignalRefused (`not-found`).
 */
export function refuseOtherTenant({ id, context }: Saga, { tenant }: SignalSender): void {
  if (context?.tenant !== undefined && context.tenant !== tenant) throw new SignalRefused("not-found", noSuchSaga(id).message);
}

/** A signal for the saga that has a correlation. */
export interface CorrelatedSignal {
  readonly definition: string;
  readonly step: string;
  readonly correlation: string | number;
  /** The tenant of its sender. */
  readonly tenant: string | undefined;
}

/** Where the saga of a signal may be found. */
export interface SagaSearch<Found> {
  /** The saga that has a correlation now. */
  readonly now: (query: CorrelationQuery) => Promise<Found | undefined>;
  /** The same, and it waits a while for one. */
  readonly wait: (query: CorrelationQuery) => Promise<Found>;
}

/**
 * Finds the saga of a signal: in the scope of the sender's tenant, or one that has no tenant. It waits only where a saga may come.
 *
 * @throws SignalRefused if no saga has the correlation, or can have it.
 */
export async function findCorrelated<Found>(
  controllers: readonly Controller[],
  { definition, step, correlation, tenant }: CorrelatedSignal,
  { now, wait }: SagaSearch<Found>,
): Promise<Found> {
  const versions = controllers.filter(({ name }) => name === definition);
  const isKnown = versions.some((controller) => takesByCorrelation(controller, step));
  const text = correlationText(correlation);
  if (text === undefined)
    throw isKnown
      ? new SignalRefused("correlation-unknown", "No saga can have this correlation.")
      : notByCorrelation(definition, step);
  const own = { definition, step, correlation: inScope(tenant, text) };
  const nobodys = { definition, step, correlation: text };
  const hasTenants = tenant !== undefined && versions.some(({ context }) => context.tenant !== undefined);
  // Where no definition here has tenants, a saga that comes will have none; and where some has, one that began before has none.
  const [expected, other] = hasTenants ? [own, nobodys] : [nobodys, own];
  if (isKnown && tenant === undefined) return await wait(expected);
  // A saga of a version that is not registered here may have it: its sender must try again.
  const found = (await now(expected)) ?? (tenant === undefined ? undefined : await now(other));
  if (found !== undefined) return found;
  if (!isKnown) throw notByCorrelation(definition, step);
  return await wait(expected);
}

/** Whether some saga may have a correlation for a step: otherwise nothing is waited for. */
function takesByCorrelation({ handlers }: Controller, step: string): boolean {
  return handlers.some((each) => each.step === step && isWait(each) && each.correlation !== undefined);
}

function notByCorrelation(definition: string, step: string): SignalRefused {
  return new SignalRefused("not-found", `No step "${step}" of a definition "${definition}" takes signals by a correlation.`);
}
