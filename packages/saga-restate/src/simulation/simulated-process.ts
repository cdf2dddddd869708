import type { Controller, FoundSaga, ParticipantState, SagaEvent } from "saga-core";
import { Observation, ParticipantGates, Stop, UnreturnedCalls } from "saga-core/engine";
import type { Surroundings } from "saga-core/testing";
import { ServiceNames } from "../objects/service-names.ts";
import { OutgoingCalls } from "../process/outgoing-calls.ts";
import type { RepeatLimits } from "../workflow/repeat-limits.ts";
import { SagaDriver } from "../workflow/saga-driver.ts";
import { type ContextPorts, SimulatedContext } from "./simulated-context.ts";

interface ProcessPorts extends Omit<ContextPorts, "clock"> {
  /** Default: those of a real process. */
  readonly repeats?: RepeatLimits | undefined;
  readonly surroundings: Surroundings;
  readonly notify: (found: FoundSaga, event: SagaEvent) => void;
  /** Where the process runs other sagas too: the gates that they share. Default: its own. */
  readonly gates?: ParticipantGates | undefined;
}

/** A process that runs the workflow of one saga until Restate loses it. */
export class SimulatedProcess {
  readonly context: SimulatedContext;
  readonly controller: Controller;
  readonly calls = new OutgoingCalls();
  readonly unreturned = new UnreturnedCalls();
  readonly #ports: ProcessPorts;
  readonly #gates: ParticipantGates;

  constructor(ports: ProcessPorts) {
    const { clock, gateLimits, controllers } = ports.surroundings;
    this.#ports = ports;
    this.context = new SimulatedContext({ ...ports, clock });
    this.#gates =
      ports.gates ?? new ParticipantGates(gateLimits, { clock, resume: async () => undefined, onChange: () => undefined });
    const [controller] = controllers(() => this.context.isOver);
    if (!controller) throw new TypeError("There is no definition.");
    this.controller = controller;
  }

  get participants(): readonly ParticipantState[] {
    return this.#gates.states;
  }

  /** Writes everything on its way to Restate. The workflow gets the notifications before its due runs begin. */
  async write(): Promise<void> {
    const { invocation } = this.#ports;
    while (invocation.unwritten > 0) {
      invocation.write()?.written?.();
      await this.context.settle();
    }
    await this.context.goOn();
  }

  /** Continues what another process began: the workflow gets the notifications in Restate's journal one after the other. */
  async resume(started: SagaEvent): Promise<void> {
    this.run(started);
    await this.context.settle();
    for (const notification of [...this.#ports.invocation.notifications]) {
      this.context.notify(notification);
      await this.context.settle();
    }
    await this.context.goOn();
  }

  run(started: SagaEvent): void {
    const { surroundings, notify, onDefect, repeats } = this.#ports;
    const { clock, gateLimits, holderOf } = surroundings;
    const driver = new SagaDriver(this.context, this.controller, started, {
      gates: this.#gates,
      index: { holderOf },
      clock,
      random: () => 0.5,
      openMsBase: gateLimits.openMsBase,
      calls: this.calls,
      stop: new Stop(clock),
      unreturned: this.unreturned,
      observation: new Observation([], onDefect),
      ...(repeats && { repeats }),
      names: new ServiceNames("simulated"),
      notify: (found, event) => this.context.isOver || notify(found, event),
    });
    driver.drive().catch((error: unknown) => this.context.isOver || onDefect(error));
  }
}
