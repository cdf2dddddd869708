import type { Controller } from "../definition/controller.ts";
import { type Outcome, unavailable } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import type { Clock } from "../ports/clock.ts";
import type { Call } from "../transition/command.ts";
import type { Saga } from "../transition/saga.ts";
import type { Ticket } from "./gate-call.ts";
import type { AttemptTimes, Observation } from "./observation.ts";
import type { ParticipantGate } from "./participant-gate.ts";
import { callEndOf, performCall } from "./perform-call.ts";
import type { UnreturnedCalls } from "./unreturned-calls.ts";

export interface CallPorts {
  readonly clock: Clock;
  readonly unreturned: UnreturnedCalls;
  /** The gate that admitted the call. */
  readonly gate: ParticipantGate;
  readonly ticket: Ticket;
  readonly observation: Observation;
  readonly times: AttemptTimes;
  /** Aborted when the engine stops without waiting for the call: its handler must send nothing more. Default: never. */
  readonly cut?: AbortSignal;
}

/**
 * Makes an admitted call, and resolves with its outcome: at its deadline at the latest. If its handler has not returned by then, the call
 * keeps its place at the participant, and is noted as unreturned, until it returns (rule 9).
 *
 * @throws TypeError if the definition has no such step.
 */
export async function makeCall(
  controller: Controller,
  saga: Saga,
  call: Call,
  { clock, unreturned, gate, ticket, observation, times, cut }: CallPorts,
): Promise<Outcome<JsonObject>> {
  const name = { sagaId: saga.id, step: call.step, type: call.type };
  // Its run may still send something after this probe has looked.
  const isTooEarly = call.type === "probe" && unreturned.since({ ...name, type: "run" }) !== undefined;
  const observed = observation.began(controller, saga, call, times);
  const trace = observed && observation.traceOf(observed);
  const { end, returned } = performCall(controller, saga, call, { clock, cut, trace });
  const { outcome: reported, hasReturned } = await end;
  const provesNothing = isTooEarly && reported.outcome === "rejected";
  const outcome = provesNothing ? unavailable("an attempt at it has not returned yet in this process") : reported;
  if (observed) observation.ended(observed, { outcome, endedAt: clock.now(), hasReturned });
  if (hasReturned) {
    gate.leave(ticket, callEndOf(reported));
  } else {
    unreturned.add(name, clock.now(), returned);
    gate.expire(ticket);
    void returned.then(() => gate.free());
  }
  return outcome;
}
