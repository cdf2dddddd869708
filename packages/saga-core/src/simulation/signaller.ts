import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";
import type { AnyWaitHandler } from "../definition/wait-handler.ts";
import { signalOutcome } from "../engine/signal-event.ts";
import { SignalRefused } from "../ports/signals.ts";
import type { Saga } from "../transition/saga.ts";
import { openWait } from "../transition/waits.ts";
import type { Happening } from "./happening.ts";
import type { Life } from "./life.ts";
import type { Scenario, ScenarioSignals } from "./scenario.ts";
import type { SignalMonitor } from "./signal-monitor.ts";

export interface SignallerPorts {
  readonly scenario: Scenario;
  readonly controller: Controller;
  readonly monitor: SignalMonitor;
  /** No saga was found by the correlation of this step. */
  readonly onUnknown: (step: string) => void;
  readonly onDefect: (error: unknown) => void;
}

/** One signal that may come. */
interface Message {
  readonly name: string;
  readonly handler: AnyWaitHandler;
  readonly signal: object;
}

/** Those who send signals to a simulated saga, whom nobody controls: any of them at any instant, and again. */
export class Signaller {
  readonly #ports: SignallerPorts;
  readonly #messages: readonly Message[];
  /** The signals that were sent, and those that were sent again although their sender had an answer, or waited for one. */
  readonly #sent = new Set<string>();
  readonly #repeated = new Set<string>();
  /** The signals whose senders wait for an answer, and of which life. */
  #asking = new Set<string>();
  #askedLife: Life | undefined;
  #hasEnded = false;

  constructor(ports: SignallerPorts) {
    this.#ports = ports;
    this.#messages = ports.controller.handlers.filter(isWait).flatMap((handler) => messagesOf(handler, ports.scenario));
  }

  get snapshot(): unknown {
    return [[...this.#sent], [...this.#repeated], [...this.#asking], this.#hasEnded];
  }

  /** The first signal for an open wait comes when nothing goes wrong; and it comes again if a crash took its answer. */
  usual(life: Life, saga: Saga): Happening | undefined {
    const step = saga.phase.name === "forward" ? openWait(this.#ports.controller, saga)?.progress.step : undefined;
    const [first] = this.#messages.filter(({ handler }) => handler.step === step);
    if (!first || this.#isAsking(life, first)) return undefined;
    return { name: `the signal ${first.name} comes`, cost: 0, happen: () => this.#send(life, first) };
  }

  /** What else may come now, also after the end. */
  requests(life: Life): readonly Happening[] {
    const fresh = this.#messages.filter(({ name }) => !this.#sent.has(name));
    const again = this.#messages.filter(({ name }) => this.#sent.has(name) && this.#repeated.size === 0);
    return [
      ...fresh.map((message) => fault(`the signal ${message.name} comes`, () => this.#send(life, message))),
      ...again.map((message) =>
        fault(`the signal ${message.name} comes again`, () => {
          this.#repeated.add(message.name);
          this.#send(life, message);
        }),
      ),
    ];
  }

  /** What people may request about a wait: each once in a run. */
  ends({ engine }: Life, saga: Saga): readonly Happening[] {
    const step = saga.phase.name === "forward" ? openWait(this.#ports.controller, saga)?.progress.step : undefined;
    if (step === undefined || this.#hasEnded) return [];
    const end = fault(`a person ends the wait ${step}`, () => {
      this.#hasEnded = true;
      engine.endWait("saga", step).catch((error: unknown) => this.#refused(error));
    });
    return [end];
  }

  #isAsking(life: Life, { name }: Message): boolean {
    return this.#askedLife === life && this.#asking.has(name);
  }

  #send(life: Life, { name, handler, signal }: Message): void {
    const { monitor, controller, scenario } = this.#ports;
    if (this.#askedLife !== life) this.#asking = new Set();
    this.#askedLife = life;
    this.#asking.add(name);
    this.#sent.add(name);
    const sent = { step: handler.step, outcome: signalOutcome(handler, signal, controller.secret) };
    const correlation = scenario.correlations?.[handler.step];
    const sender = { tenant: scenario.context?.tenant };
    const sending =
      correlation === undefined || !life.engine.signalBy
        ? life.engine.signal("saga", handler.step, signal, sender)
        : life.engine.signalBy(controller.name, handler.step, correlation, signal, sender);
    sending.then(
      (accepted) => monitor.accepted(sent, accepted.signal),
      (error: unknown) => {
        if (error instanceof SignalRefused && error.late) monitor.refused(sent, error.late.because);
        else if (error instanceof SignalRefused && error.refusal === "correlation-unknown") this.#unknown(life, name, handler);
        else this.#refused(error);
      },
    );
  }

  /** Its sender must send it again. */
  #unknown(life: Life, name: string, { step }: AnyWaitHandler): void {
    if (this.#askedLife !== life) return;
    this.#asking.delete(name);
    this.#ports.onUnknown(step);
  }

  #refused(error: unknown): void {
    if (!(error instanceof Error && (error.name === "SignalRefused" || error.name === "OperationRefused")))
      this.#ports.onDefect(error);
  }
}

function messagesOf(handler: AnyWaitHandler, { signals, results }: Scenario): readonly Message[] {
  if (!handler.accepts) return [];
  const { yes, anotherYes, no }: ScenarioSignals = signals?.[handler.step] ?? { yes: results?.[handler.step] ?? {} };
  const all = [
    ["yes", yes],
    ["another yes", anotherYes],
    ["no", no],
  ] as const;
  return all.flatMap(([name, signal]) => (signal ? [{ name: `${handler.step}/${name}`, handler, signal }] : []));
}

function fault(name: string, happen: Happening["happen"]): Happening {
  return { name, cost: 1, happen };
}
