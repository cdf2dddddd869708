import type { FoundSaga, Saga, SagaEvent } from "saga-core";

/** Where a saga comes to rest. */
export type RestPhase = Extract<Saga["phase"], { readonly name: "completed" | "cancelled" | "needs-intervention" }>;

/** Where an event brought its saga to rest; undefined: it did not, or the saga was at rest already. */
export function cameToRest(found: FoundSaga, event: SagaEvent): RestPhase | undefined {
  // After the end nothing else is recorded, and neither is another end.
  if (event.type === "acknowledged" || event.type === "refused" || isLateSignal(found, event)) return undefined;
  const { phase } = found.saga;
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
