import { idempotencyKey } from "../definition/attempt.ts";
import { callHandler } from "../definition/call-handler.ts";
import type { Controller } from "../definition/controller.ts";
import { type Outcome, unavailable } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import type { Clock } from "../ports/clock.ts";
import type { SagaListener } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Random } from "../ports/random.ts";
import type { Call, Command } from "../transition/command.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { isAtRest, transition } from "../transition/transition.ts";
import { stateOf } from "../transition/view.ts";
import { DurableRecords } from "./durable-records.ts";

export interface SagaRunPorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: SagaListener;
  /** Told of a defect that stopped this saga until the next start: its journal failed, or an event was impossible. */
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/** Drives one saga while it is in memory: every event goes through `transition`, into the journal, and its commands are performed. */
export class SagaRun {
  /**
   * Resolves when the saga has come to rest and that is durable; or, still running, when it was halted and no call is under way.
   * Rejects when its records cannot be kept: nobody is told of an end that a crash could change.
   */
  readonly rest: Promise<Saga>;
  readonly controller: Controller;
  readonly #ports: SagaRunPorts;
  readonly #records = new DurableRecords();
  readonly #rest = Promise.withResolvers<Saga>();
  #saga: Saga;
  #isHalted = false;
  #isStopped = false;
  #isCalling = false;
  #cancelWait: (() => void) | undefined;

  constructor(
    controller: Controller,
    ports: SagaRunPorts,
    origin: { readonly saga: Saga | undefined; readonly event: SagaEvent },
  ) {
    this.controller = controller;
    this.#ports = ports;
    this.rest = this.#rest.promise;
    const { saga, commands } = transition(controller, origin.saga, origin.event);
    this.#saga = saga;
    this.#record(origin.event, commands);
    this.#performAll(commands);
  }

  get saga(): Saga {
    return this.#saga;
  }

  /** Resolves when the records up to `seq` are durable. */
  durable(seq: number): Promise<void> {
    return this.#records.upTo(seq);
  }

  /** Sends nothing more. A call under way is waited for and its outcome recorded; then the saga is parked until the next start. */
  halt(): void {
    this.#isHalted = true;
    this.#cancelWait?.();
    this.#parkIfHalted();
  }

  /** Takes in what happened to it. */
  take(event: SagaEvent): void {
    if (this.#isStopped) return;
    try {
      const { saga, commands } = transition(this.controller, this.#saga, event);
      this.#saga = saga;
      this.#record(event, commands);
      this.#performAll(commands);
    } catch (error) {
      this.#stop(error);
    }
  }

  #record(event: SagaEvent, commands: readonly Command[]): void {
    const { journal, notify } = this.#ports;
    const saga = this.#saga;
    journal.append({ event, saga, state: stateOf(this.controller, saga), wakeAt: wakeAtOf(saga, commands) });
    const durable = journal.durable();
    this.#records.appended(saga.seq, durable);
    const tell = () => notify({ saga, controller: this.controller }, event);
    // Nobody is told of an end that a crash could change. A record that cannot be kept stops the saga, whether or not somebody waits.
    this.#guard(isAtRest(saga) ? durable.then(tell) : durable);
    if (!isAtRest(saga)) tell();
  }

  #performAll(commands: readonly Command[]): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    for (const command of commands) this.#perform(command);
    this.#parkIfHalted();
  }

  /** A halted saga goes no further. One that has ended meanwhile still waits for its end to be durable. */
  #parkIfHalted(): void {
    if (!this.#isHalted || this.#isCalling || isAtRest(this.#saga)) return;
    if (this.#saga.isParked) this.#rest.resolve(this.#saga);
    else this.take({ type: "parked", at: this.#ports.clock.now() });
  }

  #perform(command: Command): void {
    switch (command.type) {
      case "run":
      case "rollback":
      case "probe":
        this.#isCalling = true;
        this.#guard(this.#call(command));
        return;
      case "record":
        this.take({ type: command.event, at: this.#ports.clock.now() });
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
    this.take({ type: "woken", at: this.#ports.clock.now() });
  }

  async #call(call: Call): Promise<void> {
    await this.#records.upTo(call.after);
    const { clock, random } = this.#ports;
    const outcome = this.#isHalted ? undefined : await this.#attemptInTime(call);
    this.#isCalling = false;
    if (!outcome) {
      this.#parkIfHalted();
      return;
    }
    const { step, type: action, attempt } = call;
    this.take({ type: "answered", at: clock.now(), step, action, attempt, outcome, random: random() });
  }

  /** The disk may have taken so long that the call comes too late. */
  async #attemptInTime(call: Call): Promise<Outcome<JsonObject>> {
    const isLate = call.before !== undefined && this.#ports.clock.now() >= call.before;
    return isLate ? unavailable("not sent: its records took too long to be durable") : await this.#attempt(call);
  }

  async #attempt({ step, type: asked }: Call): Promise<Outcome<JsonObject>> {
    const handler = this.controller.handlers.find((candidate) => candidate.step === step);
    if (!handler) throw new TypeError(`${this.controller.name} has no step "${step}".`);
    const { id, input, data, trace } = this.#saga;
    return await callHandler(
      handler,
      asked,
      { ...input, ...data },
      // A look changes nothing: it is told the key of what it looks for.
      { key: idempotencyKey(id, step, asked === "probe" ? "run" : asked), ...(trace && { trace }) },
    );
  }

  async #comeToRest(after: number): Promise<void> {
    await this.#records.upTo(after);
    this.#rest.resolve(this.#saga);
  }

  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => this.#stop(error));
  }

  /** Nothing is sent on a doubt about our own records: the saga stays as recorded, and the next start resumes it. */
  #stop(error: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancelWait?.();
    this.#rest.reject(error);
    this.#ports.onDefect(error, this.#saga.id);
  }
}

/** When a restart must take the saga up again: at the end of its wait; at once where more than waiting is to be done. */
function wakeAtOf(saga: Saga, commands: readonly Command[]): number | undefined {
  if (isAtRest(saga)) return undefined;
  const [only, ...more] = commands;
  return only?.type === "wait" && more.length === 0 ? only.until : saga.updatedAt;
}
