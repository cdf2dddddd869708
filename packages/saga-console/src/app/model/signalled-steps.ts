import type { Definition, Saga } from "../api/replies.ts";

/** A step that takes a signal. */
export interface SignalledStep {
  readonly step: string;
  /** The JSON Schema of the signal; undefined: it is not known here. */
  readonly schema: Readonly<Record<string, unknown>> | undefined;
}

/** The steps of an open saga that still take a signal, the one that waits first. */
export function signalledSteps({ status, steps }: Saga, definition: Definition | undefined): readonly SignalledStep[] {
  if (status !== "running" && status !== "needs_intervention") return [];
  return steps
    .filter(({ status }) => status === "waiting" || status === "pending")
    .toSorted((one, other) => rank(one) - rank(other))
    .flatMap(({ step, waits }) => {
      const described = definition?.steps.find((each) => each.step === step)?.waits;
      // A saga whose version is not described here says of its open wait alone that it waits.
      const takes = definition ? described?.takes_signal === true : waits !== undefined;
      return takes ? [{ step, schema: described?.signal_schema }] : [];
    });
}

function rank({ status }: { readonly status: string }): number {
  return status === "waiting" ? 0 : 1;
}
