import {
  type AnyHandler,
  type Call,
  type Clock,
  type Controller,
  callHandler,
  handlerOf,
  idempotencyKey,
  type JsonObject,
  type Outcome,
  type ParticipantGate,
  type ParticipantGates,
  type Random,
  type Saga,
  type Ticket,
  unavailable,
} from "saga-core";
import type { ToldHere } from "../objects/messages.ts";
import type { CallsUnderWay } from "../process/outgoing-calls.ts";

export interface AttemptPorts {
  readonly gates: ParticipantGates;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a participant is left alone at least, in milliseconds. */
  readonly openMsBase: number;
  readonly calls: CallsUnderWay;
}

export interface AttemptOptions {
  /** Aborted when this execution is over: Restate has lost it, and another one goes on. */
  readonly lost: AbortSignal;
  /** An operator wants it tried, whatever its participant's circuit says. */
  readonly isInsistent: boolean;
  /** At this instant the saga turns back, by its deadline: a call that still waits for its turn then is not made. */
  readonly turnsAt: number;
}

/** Makes one attempt at a step: what is said here is what Restate journals. Whatever was in doubt before it is known to the saga. */
export class Attempts {
  readonly #controller: Controller;
  readonly #ports: AttemptPorts;

  constructor(controller: Controller, ports: AttemptPorts) {
    this.#controller = controller;
    this.#ports = ports;
  }

  async make(saga: Saga, call: Call, options: AttemptOptions): Promise<ToldHere> {
    const { calls, gates } = this.#ports;
    if (calls.isStopping) return this.#stopping();
    const handler = handlerOf(this.#controller, call.step);
    const gate = gates.of(handler.participant.name);
    const ticket = await admit(gate, options.isInsistent);
    if (ticket === "open") return this.#leftAlone(gate);
    if (calls.isStopping) {
      gate.leave(ticket, "unsent");
      return this.#stopping();
    }
    const reason = this.#tooLate(call, options);
    if (reason !== undefined) {
      gate.leave(ticket, "unsent");
      // What waited for its turn until its execution was lost is another one's by now.
      if (options.lost.aborted) throw new Error(`not sent: ${reason}`);
      return this.#tell(unavailable(`not sent: ${reason}`));
    }
    const outcome = await calls.during(() => send(saga, call, handler));
    gate.leave(ticket, isAnswer(outcome) ? "answered" : "unanswered");
    return this.#tell(outcome);
  }

  /** This process sends nothing more: another one, or the next one, does. */
  #stopping(): ToldHere {
    const at = this.#ports.clock.now();
    return { openUntil: at + STOPPING_MS, at };
  }

  /** When the participant's circuit may let a call through again; not all who wait come back at once. */
  #leftAlone(gate: ParticipantGate): ToldHere {
    const { clock, random, openMsBase } = this.#ports;
    const at = clock.now();
    const soonest = Math.max(gate.state.nextTrialAt ?? at, at + openMsBase);
    return { openUntil: Math.ceil(soonest + random() * openMsBase), at };
  }

  #tooLate({ before }: Call, { turnsAt, lost }: AttemptOptions): string | undefined {
    const now = this.#ports.clock.now();
    if (lost.aborted) return "its execution was lost";
    if (before !== undefined && now >= before) return "it would have come too late for its key";
    return now >= turnsAt ? "its saga has turned back" : undefined;
  }

  #tell(outcome: Outcome<JsonObject>): ToldHere {
    return { outcome, at: this.#ports.clock.now(), random: this.#ports.random() };
  }
}

/** By then a process that stops is gone. */
const STOPPING_MS = 1_000;

async function send(
  { id, input, data, trace }: Saga,
  { type: asked, step }: Call,
  handler: AnyHandler,
): Promise<Outcome<JsonObject>> {
  const key = idempotencyKey(id, step, asked === "probe" ? "run" : asked);
  return await callHandler(handler, asked, { ...input, ...data }, { key, ...(trace && { trace }) });
}

/** Whether the participant gave an answer: that a key was misused is one. */
function isAnswer(outcome: Outcome): boolean {
  return (
    outcome.outcome === "done" || outcome.outcome === "rejected" || (outcome.outcome === "unknown" && outcome.defect === true)
  );
}

/** Waits for its turn; `open` where the participant is left alone. */
async function admit(gate: ParticipantGate, isInsistent: boolean): Promise<Ticket | "open"> {
  const turn = Promise.withResolvers<Ticket | "open">();
  const admission = gate.enter({ go: turn.resolve, refuse: () => turn.resolve("open") }, isInsistent);
  return admission === "queued" ? await turn.promise : admission;
}
