import type { Compacted } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import type { Saga } from "./saga.ts";

/** The saga after the events that the record stands for. */
export function compacted(saga: Saga, event: Compacted): Saga {
  const { at: updatedAt, records, step, progress, barrier } = event;
  const index = saga.steps.findIndex((each) => each.step === step);
  if (index < 0 || records < 1) throw new ImpossibleEvent(saga, event);
  return { ...saga, seq: saga.seq + records, updatedAt, steps: saga.steps.with(index, progress), barrier };
}
