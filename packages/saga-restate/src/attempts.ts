import {
  type AnyHandler,
  type Call,
  type Clock,
  type Controller,
  callHandler,
  idempotencyKey,
  isKeyed,
  type JsonObject,
  type Outcome,
  type ParticipantGate,
  type ParticipantGates,
  type Random,
  type Saga,
  type Ticket,
  unavailable,
  unknown,
} from "saga-core";
import type { CallsUnderWay } from "./calls-under-way.ts";
import type { ToldHere } from "./messages.ts";

export interface AttemptPorts {
  readonly gates: ParticipantGates;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a participant is left alone at least, in milliseconds. */
  readonly openMsBase: number;
  readonly calls: CallsUnderWay;
}

export interface AttemptOptions {
  /** Whether it is certain that no earlier execution made this attempt. */
  readonly isCertain: boolean;
  /** Aborted when this execution is over: Restate has lost it, and another one goes on. */
  readonly lost: AbortSignal;
  /** An operator wants it tried, whatever its participant's circuit says. */
  readonly isInsistent: boolean;
  /** From this instant on the saga has turned back: a call that still waits for its turn is not made. */
  readonly turnsAt: number;
}

/** Makes one attempt at a step: what is said here is what Restate journals. */
export class Attempts {
  readonly #controller: Controller;
  readonly #ports: AttemptPorts;

  constructor(controller: Controller, ports: AttemptPorts) {
    this.#controller = controller;
    this.#ports = ports;
  }

  async make(saga: Saga, call: Call, options: AttemptOptions): Promise<ToldHere> {
    const { calls } = this.#ports;
    const { isCertain } = options;
    if (calls.isStopping) return this.#stopping(isCertain);
    const handler = this.#handlerOf(call);
    if (!isCertain && !mayRepeat(saga, handler, call)) {
      return this.#tell(unknown("the orchestrator was interrupted: it is not known whether it was sent"));
    }
    const gate = this.#ports.gates.of(handler.participant.name);
    const ticket = await admit(gate, options.isInsistent);
    if (ticket === "open") return this.#leftAlone(gate, isCertain);
    const reason = this.#tooLate(call, options);
    if (reason !== undefined) {
      gate.leave(ticket, "unsent");
      // What waited for its turn until its execution was lost is another one's by now.
      if (options.lost.aborted) throw new Error(`not sent: ${reason}`);
      return this.#tell(certainly(isCertain, unavailable(`not sent: ${reason}`)));
    }
    const outcome = await calls.during(() => this.#send(saga, call, handler));
    gate.leave(ticket, isAnswer(outcome) ? "answered" : "unanswered");
    return this.#tell(call.type === "probe" ? outcome : certainly(isCertain, outcome));
  }

  /** This process sends nothing more: another one, or the next one, does. */
  #stopping(isCertain: boolean): ToldHere {
    if (!isCertain) throw new Error("This process is stopping.");
    const at = this.#ports.clock.now();
    return { openUntil: at + STOPPING_MS, at };
  }

  /** When the participant's circuit may let a call through again; not all who wait come back at once. */
  #leftAlone(gate: ParticipantGate, isCertain: boolean): ToldHere {
    const { clock, random, openMsBase } = this.#ports;
    const at = clock.now();
    if (!isCertain) return this.#tell(unknown("the orchestrator was interrupted, and the participant is left alone"));
    const soonest = Math.max(gate.state.nextProbeAt ?? at, at + openMsBase);
    return { openUntil: Math.ceil(soonest + random() * openMsBase), at };
  }

  #tooLate({ before }: Call, { turnsAt, lost }: AttemptOptions): string | undefined {
    const now = this.#ports.clock.now();
    if (lost.aborted) return "its execution was lost";
    if (before !== undefined && now >= before) return "it would have come too late for its key";
    return now >= turnsAt ? "its saga has turned back" : undefined;
  }

  async #send({ id, input, data, trace }: Saga, { type: asked, step }: Call, handler: AnyHandler): Promise<Outcome<JsonObject>> {
    const key = idempotencyKey(id, step, asked === "probe" ? "run" : asked);
    return await callHandler(handler, asked, { ...input, ...data }, { key, ...(trace && { trace }) });
  }

  #tell(outcome: Outcome<JsonObject>): ToldHere {
    return { outcome, at: this.#ports.clock.now(), random: this.#ports.random() };
  }

  #handlerOf({ step }: Call): AnyHandler {
    const handler = this.#controller.handlers.find((candidate) => candidate.step === step);
    if (!handler) throw new TypeError(`${this.#controller.name} has no step "${step}".`);
    return handler;
  }
}

/** By then a process that stops is gone. */
const STOPPING_MS = 1_000;

/** What may have been sent before is sent again only where that has no second effect (rule 3). */
function mayRepeat(saga: Saga, handler: AnyHandler, { type, step }: Call): boolean {
  const isRepeatable = type === "rollback" && handler.kind === "compensatable" && handler.rollbackIsRepeatable;
  return type === "probe" || isRepeatable || isKeyed(saga, step);
}

/** That this attempt had no effect says nothing about one that an earlier execution may have made (rule 3). */
function certainly(isCertain: boolean, outcome: Outcome<JsonObject>): Outcome<JsonObject> {
  if (isCertain || outcome.outcome !== "unavailable") return outcome;
  const { reason, retryAfterMs } = outcome;
  return unknown(`${reason}; an earlier attempt may have been sent`, retryAfterMs === undefined ? {} : { retryAfterMs });
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
