import { type Clock, type Controller, type Outcome, type Random, type Saga, unavailable } from "saga-core";
import {
  type Call,
  type Caller,
  callerOf,
  handlerOf,
  type Journal,
  type JsonObject,
  lookForHolder,
  makeCall,
  type NotSent,
  type Observation,
  type ParticipantGate,
  type ParticipantGates,
  type Stop,
  type Ticket,
  tooLate,
  type UnreturnedCalls,
} from "saga-core/engine";
import type { CallReport } from "../objects/messages.ts";
import { timings } from "../timings.ts";

/** The calls to participants of one process, which can stop making any. */
export interface OutgoingCallsPort {
  readonly isStopping: boolean;
  readonly track: <Result>(call: () => Promise<Result>) => Promise<Result>;
  /** Calls back when it stops; at once if it does already. The result ends that. */
  readonly onStop: (listener: () => void) => () => void;
}

export interface AttemptPorts {
  readonly gates: ParticipantGates;
  /** The sagas that Restate has a record of. */
  readonly index: Pick<Journal, "holderOf">;
  readonly clock: Clock;
  readonly random: Random;
  /** The shortest time that a circuit is open, in milliseconds. */
  readonly openMsBase: number;
  readonly calls: OutgoingCallsPort;
  /** When the process stops. */
  readonly stop: Pick<Stop, "leavesTimeFor">;
  readonly unreturned: UnreturnedCalls;
  readonly observation: Observation;
}

export interface AttemptOptions {
  /** Aborted when Restate has lost this execution and another one continues. */
  readonly lost: AbortSignal;
  /** Whether the call is made although the participant's circuit is open, after an operator's retry. */
  readonly isInsistent: boolean;
  /** When the deadline turns the saga to compensation: a call that still waits for its turn then is not made. */
  readonly turnsAt: number;
}

/** Makes one attempt at a step. Restate journals its report. */
export class Attempts {
  readonly #controller: Controller;
  readonly #ports: AttemptPorts;

  constructor(controller: Controller, ports: AttemptPorts) {
    this.#controller = controller;
    this.#ports = ports;
  }

  async make(saga: Saga, call: Call, options: AttemptOptions): Promise<CallReport> {
    const { calls, gates, clock, unreturned, observation } = this.#ports;
    if (this.#isTooLate(call)) return this.#stopping();
    const unreturnedSince = unreturned.since({ ...call, sagaId: saga.id });
    if (unreturnedSince !== undefined) return this.#notReturned(unreturnedSince);
    const gate = gates.of(handlerOf(this.#controller, call.step).participant.name);
    const caller = callerOf(saga, call, options.isInsistent);
    const ticket = await this.#admit(gate, caller, options.turnsAt);
    if (ticket === "held") return this.#heldBack(gate, caller, options.turnsAt);
    if (ticket === "late") return this.#queuedLong();
    const look = call.unlessReused && (await lookForHolder(this.#ports.index, saga, call.unlessReused));
    if (this.#isTooLate(call)) {
      gate.leave(ticket, "unsent");
      return this.#stopping();
    }
    const notSent = this.#whyNotToSend(call, options) ?? look;
    if (notSent) {
      gate.leave(ticket, "unsent");
      // Restate dropped this execution while its call was queued: record nothing, because the new execution makes the call.
      if (options.lost.aborted) throw new Error("not sent: its execution was lost");
      return this.#reportUnsent(notSent);
    }
    const beganAt = clock.now();
    const decidedAt = saga.steps.find(({ step }) => step === call.step)?.calledAt ?? beganAt;
    const times = { dueAt: Math.min(decidedAt, beganAt), beganAt };
    const ports = { clock, unreturned, gate, ticket, observation, times };
    return this.#report(await calls.track(() => makeCall(this.#controller, saga, call, ports)));
  }

  /** From a stop on, no call begins that could not end before it. */
  #isTooLate(call: Call): boolean {
    const { calls, stop } = this.#ports;
    return calls.isStopping || !stop.leavesTimeFor(this.#controller, call);
  }

  /** This process does not make the call any more: another process does, or the next one here. */
  #stopping(): CallReport {
    const at = this.#ports.clock.now();
    return { openUntil: at + timings.stoppingMs, at };
  }

  /**
   * An attempt at the call has not returned in this process, so it is not made here (rule 9). Another process may make it meanwhile. The longer
   * it takes, the less often this process looks.
   */
  #notReturned(since: number): CallReport {
    const at = this.#ports.clock.now();
    const wait = Math.min(Math.max(at - since, timings.unreturnedMsMin), timings.unreturnedMsMax);
    return { openUntil: at + wait, at };
  }

  /**
   * Waits for a place. A saga that has not failed at the participant is not held back, so it waits here: it keeps its place by its age. After a
   * time its workflow looks whether it still wants the call; if it does, its age gives it the same place again.
   */
  async #admit(gate: ParticipantGate, caller: Caller, turnsAt: number): Promise<Ticket | "held" | "late"> {
    const { clock } = this.#ports;
    const turn = Promise.withResolvers<Ticket | "held" | "late">();
    const queued = { go: turn.resolve, refuse: () => turn.resolve("held") };
    const admission = gate.enter(queued, caller);
    if (admission !== "queued") return admission;
    const cancel = clock.wakeAt(Math.min(turnsAt, clock.now() + timings.queuedMsMax), () => {
      gate.withdraw(queued);
      turn.resolve("late");
    });
    const ticket = await turn.promise;
    cancel();
    return ticket;
  }

  #queuedLong(): CallReport {
    const at = this.#ports.clock.now();
    return { openUntil: at, at };
  }

  /** When the saga's turn may come; those that are held back must not all come at once. */
  #heldBack(gate: ParticipantGate, { deadlineMs }: Caller, turnsAt: number): CallReport {
    const { clock, random, openMsBase } = this.#ports;
    // A saga that its deadline does not turn any more has time: each look is an entry in Restate's journal.
    const soonest = gate.returnsAt(turnsAt === Infinity ? Infinity : deadlineMs);
    return { openUntil: Math.ceil(soonest + random() * openMsBase), at: clock.now() };
  }

  #whyNotToSend(call: Call, { turnsAt, lost }: AttemptOptions): NotSent | undefined {
    const now = this.#ports.clock.now();
    if (lost.aborted) return { reason: "its execution was lost" };
    return tooLate(call, now) ?? (now >= turnsAt ? { reason: "its saga has turned back" } : undefined);
  }

  #reportUnsent(why: NotSent): CallReport {
    if ("reason" in why) return this.#report(unavailable(`not sent: ${why.reason}`));
    return { reusedBy: why.holder, at: this.#ports.clock.now() };
  }

  #report(outcome: Outcome<JsonObject>): CallReport {
    return { outcome, at: this.#ports.clock.now(), random: this.#ports.random() };
  }
}
