import { idempotencyKey } from "../definition/attempt.ts";
import { callHandler } from "../definition/call-handler.ts";
import type { Controller } from "../definition/controller.ts";
import { type Outcome, unavailable, unknown } from "../definition/outcome.ts";
import { isJsonObject, type JsonObject, throughJson } from "../json.ts";
import type { Clock } from "../ports/clock.ts";
import type { SagaListener } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Random } from "../ports/random.ts";
import type { Call, Command } from "../transition/command.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { transition } from "../transition/transition.ts";
import { stateOf } from "../transition/view.ts";
import { wakeAt } from "../transition/wake-at.ts";
import { DurableRecords } from "./durable-records.ts";

export interface SagaRunPorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: SagaListener;
  /** A defect stopped this saga until the next restart: its journal failed, or an event was impossible. */
  readonly fail: (error: unknown, sagaId: string) => void;
}

/** Drives one saga while it is in memory: every event goes through `transition`, into the journal, and its commands are performed. */
export class SagaRun {
  /** Resolves when the saga has come to rest, durably, or when it was halted and no call is under way. */
  readonly rest: Promise<Saga>;
  readonly controller: Controller;
  readonly #ports: SagaRunPorts;
  readonly #records = new DurableRecords();
  readonly #resolveRest: (saga: Saga) => void;
  #saga: Saga;
  #isHalted = false;
  #isCalling = false;
  #cancelWait: (() => void) | undefined;

  constructor(
    controller: Controller,
    ports: SagaRunPorts,
    origin: { readonly saga: Saga | undefined; readonly event: SagaEvent },
  ) {
    this.controller = controller;
    this.#ports = ports;
    const { promise, resolve } = Promise.withResolvers<Saga>();
    this.rest = promise;
    this.#resolveRest = resolve;
    const { saga, commands } = transition(controller, origin.saga, origin.event);
    this.#saga = saga;
    this.#record(origin.event);
    this.#performAll(commands);
  }

  get saga(): Saga {
    return this.#saga;
  }

  /** Resolves when the records up to `seq` are durable. */
  durable(seq: number): Promise<void> {
    return this.#records.upTo(seq);
  }

  /** Sends nothing more. A call under way is waited for and its outcome recorded; then the saga waits for the next start. */
  halt(): void {
    this.#isHalted = true;
    this.#cancelWait?.();
    if (!this.#isCalling) this.#resolveRest(this.#saga);
  }

  #take(event: SagaEvent): void {
    try {
      const { saga, commands } = transition(this.controller, this.#saga, event);
      this.#saga = saga;
      this.#record(event);
      this.#performAll(commands);
    } catch (error) {
      this.#stop(error);
    }
  }

  #record(event: SagaEvent): void {
    const { journal, notify } = this.#ports;
    const saga = this.#saga;
    journal.append({ event, saga, state: stateOf(this.controller, saga), wakeAt: wakeAt(saga) });
    this.#records.appended(saga.seq, journal.durable());
    notify({ saga, controller: this.controller }, event);
  }

  #performAll(commands: readonly Command[]): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    for (const command of commands) this.#perform(command);
    const isIdle = this.#isHalted && !this.#isCalling;
    if (isIdle) this.#resolveRest(this.#saga);
  }

  #perform(command: Command): void {
    switch (command.type) {
      case "run":
      case "rollback":
        this.#isCalling = true;
        this.#guard(this.#call(command));
        return;
      case "record":
        this.#take({ type: command.event, at: this.#ports.clock.now() });
        return;
      case "wait":
        if (!this.#isHalted) this.#cancelWait = this.#ports.clock.wakeAt(command.until, () => this.#wake());
        return;
      case "finish":
      case "ask-human":
        this.#guard(this.#comeToRest(command.after));
        return;
    }
  }

  #wake(): void {
    this.#take({ type: "woken", at: this.#ports.clock.now() });
  }

  async #call(call: Call): Promise<void> {
    await this.#records.upTo(call.after);
    const outcome = this.#isHalted ? unavailable("the orchestrator was stopping and sent nothing") : await this.#attempt(call);
    this.#isCalling = false;
    const { clock, random } = this.#ports;
    this.#take({
      type: "answered",
      at: clock.now(),
      step: call.step,
      action: call.type,
      attempt: call.attempt,
      outcome: asRecorded(outcome),
      random: random(),
    });
  }

  async #attempt({ step, type: action }: Call): Promise<Outcome<object>> {
    const handler = this.controller.handlers.find((candidate) => candidate.step === step);
    if (!handler) throw new TypeError(`${this.controller.name} has no step "${step}".`);
    const { id, input, data, trace } = this.#saga;
    return await callHandler(
      handler,
      action,
      { ...input, ...data },
      { key: idempotencyKey(id, step, action), ...(trace && { trace }) },
    );
  }

  async #comeToRest(after: number): Promise<void> {
    await this.#records.upTo(after);
    this.#resolveRest(this.#saga);
  }

  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => this.#stop(error));
  }

  /** Nothing is sent on a doubt about our own records: the saga stays as recorded, and the next start resumes it. */
  #stop(error: unknown): void {
    this.#isCalling = false;
    this.halt();
    this.#ports.fail(error, this.#saga.id);
  }
}

/** What a step gave, as a journal will give it back. */
function asRecorded(outcome: Outcome<object>): Outcome<JsonObject> {
  if (outcome.outcome !== "done") return outcome;
  const result = throughJson(outcome.result);
  return isJsonObject(result) ? { outcome: "done", result } : unknown("the step gave something that is not an object");
}
