import type { Controller } from "../definition/controller.ts";
import { Admission } from "../engine/admission.ts";
import { ScriptedController, type StepScript } from "./scripted-saga.ts";
import { ScriptedWorld } from "./scripted-world.ts";
import { SimulatedClock } from "./simulated-clock.ts";

/** What a run of simulated traffic is made of. Times are in milliseconds. */
export interface TrafficOptions {
  readonly callsInFlightMax: number;
  readonly deadlineMs: number;
  /** The participant of each step. */
  readonly participants: readonly string[];
  /** How long a call to it takes now; undefined: it never answers, and the call meets its deadline. */
  readonly serviceMs: (participant: string) => number | undefined;
}

interface Saga {
  readonly id: string;
  readonly createdAt: number;
  step: number;
  isAttempted: boolean;
}

interface Gate {
  readonly queue: Saga[];
  calls: number;
}

const CALL_TIMEOUT_MS = 5_000;

/** A definition whose steps call these participants; the last one is its pivot. */
export function controllerAt(participants: readonly string[], deadlineMs: number): Controller {
  const steps = participants.map((_, index): StepScript => {
    const kind = index === participants.length - 1 ? "pivot" : "compensatable";
    return { step: `step-${String.fromCharCode(97 + index)}`, kind };
  });
  const controller = new ScriptedController(steps, new ScriptedWorld(), { deadlineMs });
  for (const [index, name] of participants.entries()) {
    const participant = { name, keyed: true, callTimeoutMs: CALL_TIMEOUT_MS };
    Object.assign(controller.handlers[index] ?? {}, { participant });
  }
  return controller;
}

/** Sagas that come to the rule of admission and then queue, first come first served, for their calls. */
export class Traffic {
  readonly clock = new SimulatedClock();
  readonly rule: Admission;
  accepted = 0;
  refused = 0;
  completed = 0;
  /** Accepted sagas that met their deadline: in all, and before their first attempt. */
  late = 0;
  unattempted = 0;
  readonly #options: TrafficOptions;
  readonly #gates = new Map<string, Gate>();
  #held = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.rule = new Admission(controllerAt(options.participants, options.deadlineMs), options.callsInFlightMax);
  }

  /** Starts a number of sagas, one each `everyMs`; then lets everything end. */
  run(sagas: number, everyMs: number): this {
    const begin = this.clock.now();
    for (let saga = 0; saga < sagas; saga += 1) {
      this.clock.advanceBy(Math.max(0, begin + saga * everyMs - this.clock.now()));
      this.#held += 1;
      this.#look();
    }
    while (this.clock.isWaiting) this.clock.advance();
    return this;
  }

  /** Answers the starts that wait, as far as the rule knows. */
  #look(): void {
    while (this.#held > 0) {
      const verdict = this.rule.verdict(this.clock.now());
      if (verdict.name === "measuring") {
        this.clock.wakeAt(verdict.until, () => this.#look());
        return;
      }
      this.#held -= 1;
      if (verdict.name === "refused") this.refused += 1;
      else this.#begin();
    }
  }

  #begin(): void {
    this.accepted += 1;
    const saga = { id: String(this.accepted), createdAt: this.clock.now(), step: 0, isAttempted: false };
    this.rule.reserve();
    this.rule.begin(saga.id, this.clock.now());
    this.#enter(saga);
  }

  #enter(saga: Saga): void {
    const participant = this.#options.participants[saga.step] ?? "";
    const gate = this.#gates.get(participant) ?? { queue: [], calls: 0 };
    this.#gates.set(participant, gate);
    gate.queue.push(saga);
    this.#pump(participant, gate);
  }

  #pump(participant: string, gate: Gate): void {
    while (gate.calls < this.#options.callsInFlightMax) {
      const saga = gate.queue.shift();
      if (!saga) return;
      if (this.clock.now() >= saga.createdAt + this.#options.deadlineMs) this.#turnBack(saga);
      else this.#call(participant, gate, saga);
    }
  }

  #turnBack(saga: Saga): void {
    this.late += 1;
    if (!saga.isAttempted) this.unattempted += 1;
    this.rule.leave(saga.id);
  }

  #call(participant: string, gate: Gate, saga: Saga): void {
    gate.calls += 1;
    saga.isAttempted = true;
    const serviceMs = this.#options.serviceMs(participant);
    this.clock.wakeAt(this.clock.now() + (serviceMs ?? CALL_TIMEOUT_MS), () => {
      gate.calls -= 1;
      if (serviceMs === undefined) this.rule.failed(saga.id);
      else this.#done(saga);
      this.#pump(participant, gate);
      this.#look();
    });
  }

  #done(saga: Saga): void {
    saga.step += 1;
    this.rule.answered(saga.id, saga.step, this.clock.now());
    if (saga.step < this.#options.participants.length) this.#enter(saga);
    else this.completed += 1;
  }
}
