import type { CallEnd, Caller, Failure, Queued, Ticket } from "../engine/gate-call.ts";
import { type GateLimits, ParticipantGate } from "../engine/participant-gate.ts";
import type { ParticipantState } from "../ports/engine.ts";
import { SimulatedClock } from "./simulated-clock.ts";

const limits: GateLimits = { callsInFlightMax: 2, failuresMax: 3, openMsBase: 100, openMsMax: 300 };

type Wish = Partial<Omit<Caller, "sagaId">>;

/** A gate on a simulated clock, and the sagas that call through it. */
export function setUpGate(some: Partial<GateLimits> = {}) {
  const clock = new SimulatedClock();
  const resumed: string[] = [];
  const circuits: ParticipantState["circuit"][] = [];
  const gate = new ParticipantGate(
    "payments",
    { ...limits, ...some },
    {
      clock,
      resume: async (sagaId) => {
        resumed.push(sagaId);
      },
      onChange: ({ circuit }) => circuits.push(circuit),
    },
  );
  const happened: string[] = [];
  const tickets = new Map<string, Ticket>();
  const callerOf = (sagaId: string, wish: Wish = {}): Caller => ({
    sagaId,
    startedAt: 0,
    deadlineMs: 1_000_000,
    isInsistent: false,
    ...wish,
  });
  const call = (sagaId: string): Queued => ({
    go: (ticket) => {
      tickets.set(sagaId, ticket);
      happened.push(`${sagaId} goes`);
    },
    refuse: () => happened.push(`${sagaId} is refused`),
  });
  /** A saga requests its call. */
  const enter = (sagaId: string, wish: Wish = {}) => {
    const admission = gate.enter(call(sagaId), callerOf(sagaId, wish));
    if (typeof admission === "string") return admission;
    tickets.set(sagaId, admission);
    return "go";
  };
  const taken = (sagaId: string) => {
    const ticket = tickets.get(sagaId);
    if (!ticket) throw new Error(`${sagaId} has no call under way.`);
    tickets.delete(sagaId);
    return ticket;
  };
  const leave = (sagaId: string, end: CallEnd) => gate.leave(taken(sagaId), end);
  const expire = (sagaId: string) => gate.expire(taken(sagaId));
  const park = (sagaId: string, wish: Wish = {}) => gate.park(callerOf(sagaId, wish));
  /** Sagas make their call, which fails. */
  const fail = (failure: Failure, ...sagaIds: readonly string[]) => {
    for (const id of sagaIds) {
      enter(id);
      leave(id, failure);
    }
  };
  return { gate, clock, resumed, circuits, happened, call, callerOf, enter, leave, expire, park, fail };
}
