import type { VirtualObjectDefinition, WorkflowDefinition } from "@restatedev/restate-sdk";
import type { Controller } from "saga-core";
import { correlations } from "../objects/correlations.ts";
import { definitionPauses } from "../objects/definition-pauses.ts";
import { laterEvents } from "../objects/later-events.ts";
import { sagaStarts } from "../objects/saga-starts.ts";
import { sagaWorkflow, type WorkflowPorts } from "../workflow/saga-workflow.ts";

/** The services that Restate calls in a process. */
export type Services = readonly (WorkflowDefinition<string, unknown> | VirtualObjectDefinition<string, unknown>)[];

export interface ServicesPorts extends WorkflowPorts {
  readonly controllers: readonly Controller[];
  /** A clock for the deletion of what is kept of sagas; undefined while it may be wrong. */
  readonly deletionTime: { now(): number | undefined };
}

export function servicesOf({ controllers, deletionTime, ...ports }: ServicesPorts): Services {
  const { names, retention } = ports;
  const now = () => deletionTime.now();
  const keptAsSagas = { keptMs: retention.sagasMs, now };
  return [
    ...controllers.map((controller) => sagaWorkflow(controller, ports)),
    sagaStarts(names, { keptMs: Math.min(retention.keysMs, retention.sagasMs), now }),
    definitionPauses(names),
    correlations(names, keptAsSagas),
    laterEvents(names, keptAsSagas),
  ];
}
