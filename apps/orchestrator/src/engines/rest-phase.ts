import { cameToRest, type FoundSaga, type Saga, type SagaEvent } from "saga-core";

/** Where a saga comes to rest. */
export type RestPhase = Extract<Saga["phase"], { readonly name: "completed" | "cancelled" | "needs-intervention" }>;

/** Where its last event brought a saga to rest; undefined: it did not, or the saga was at rest already. */
export function newRestOf(saga: Saga): RestPhase | undefined {
  if (!cameToRest(saga)) return undefined;
  const { phase } = saga;
  switch (phase.name) {
    case "completed":
    case "cancelled":
    case "needs-intervention":
      return phase;
    case "forward":
    case "settling":
    case "undoing":
      return undefined;
  }
}

/** Whether an event is a signal that came too late. */
export function isLateSignal({ saga }: FoundSaga, event: SagaEvent): event is Extract<SagaEvent, { readonly type: "signalled" }> {
  if (event.type !== "signalled") return false;
  return saga.lateSignals?.some(({ step, at }) => step === event.step && at === event.at) ?? false;
}
