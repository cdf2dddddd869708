import { callTimeoutOf } from "../definition/call-timeout.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Saga } from "../transition/saga.ts";
import { embedded } from "./embedded-life.ts";
import type { IdReuse } from "./id-reuse.ts";
import type { Life, Remains } from "./life.ts";
import type { Monitor } from "./monitor.ts";
import type { Network } from "./network.ts";
import type { OtherClaims } from "./other-claims.ts";
import { Reports } from "./reports.ts";
import type { Scenario } from "./scenario.ts";
import { type SimulatedCall, SimulatedController } from "./simulated-controller.ts";
import type { SimulatedLimits } from "./simulated-limits.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

export interface OrchestratorPorts {
  readonly scenario: Scenario;
  readonly limits: SimulatedLimits;
  readonly controller: SimulatedController;
  readonly monitor: Monitor;
  readonly network: Network;
  readonly world: SimulatedWorld;
  readonly reuse: IdReuse;
  readonly claims: OtherClaims;
  /** When it first starts, in milliseconds since the epoch. */
  readonly now: number;
}

/** The orchestrator of a simulation: one life after the other, and what each leaves to the next. */
export class SimulatedOrchestrator {
  readonly #ports: OrchestratorPorts;
  #life: Life | undefined;
  #remains: Remains;
  /** The time while there is no life. */
  #now: number;
  readonly #reports: Reports;
  #isStalled = false;
  #isDraining = false;
  #isGone = false;

  constructor(ports: OrchestratorPorts) {
    this.#ports = ports;
    this.#reports = new Reports(ports);
    this.#now = ports.now;
    this.#remains = (ports.scenario.engine ?? embedded)();
  }

  /** Undefined between a crash and the next start. */
  get life(): Life | undefined {
    return this.#life;
  }

  /** The saga as it was last seen. */
  get saga(): Saga | undefined {
    return this.#reports.saga;
  }

  /** The arrows that the saga took, as `STATE -> STATE`; a crash that undoes one is none. */
  get arrows(): ReadonlySet<string> {
    return this.#reports.arrows;
  }

  get now(): number {
    return this.#life?.clock.now() ?? this.#now;
  }

  /** Whether the disk is slow: nothing is written until everything else has happened. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Whether a crash lost the saga's start: there is no saga any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  get snapshot(): unknown {
    return (this.#life ?? this.#remains).snapshot;
  }

  /** Begins a life with what the last one left. */
  live(): Life {
    const { scenario, limits, controller, monitor, network, reuse, claims } = this.#ports;
    const { next } = scenario;
    const others = next && this.#remains.records.length > 0 ? [next] : [];
    const life: Life = this.#remains.live({
      controllers: (isLost) => [isLost ? this.#controllerOf(isLost) : controller, ...others],
      lose: (records) => {
        monitor.restarted(records);
        network.loseSender();
      },
      holderOf: (query) => reuse.holderOf(query),
      correlationHolder: (query) => claims.holderOf(query),
      clock: new SimulatedClock(this.#now),
      gateLimits: limits.gate,
      onDefect: (error) => {
        if (this.#life === life) monitor.defect(error);
      },
    });
    this.#reports.begin(life.reportsOnce === true);
    life.engine.subscribe(({ saga }, event) => {
      if (this.#life !== life) return;
      this.#reports.reported(saga, event);
      // An engine reports an end only when no crash can change it.
      if (isEnded(saga)) monitor.endReported(saga);
    });
    this.#life = life;
    return life;
  }

  #controllerOf(isLost: () => boolean): SimulatedController {
    const { scenario, limits, network } = this.#ports;
    const send = (call: SimulatedCall) => (isLost() ? network.sendUnwatched(call) : network.send(call));
    return new SimulatedController(scenario.definition, send, limits.policy);
  }

  stall(): void {
    this.#isStalled = true;
  }

  async write(life: Life): Promise<void> {
    this.#isStalled = false;
    await life.write();
  }

  /** Kills the process after `kept` more of its records were written. */
  crash(kept: number): void {
    const life = this.#life;
    if (!life) return;
    this.#ports.network.killSender();
    this.#now = life.clock.now();
    this.#remains = life.kill(kept);
    this.#life = undefined;
    this.#isStalled = false;
    this.#isDraining = false;
  }

  async restart(laterMs: number): Promise<void> {
    const { monitor } = this.#ports;
    this.#now += laterMs;
    const { engine } = this.live();
    const { records } = this.#remains;
    monitor.restarted(records);
    try {
      // The journal's content is checked first: a saga at rest is reported by no event, nor is an end that is not durable yet.
      const saga = (await engine.get("saga"))?.saga ?? this.saga;
      if (saga) this.#reports.see(saga);
      await engine.resume();
    } catch (error) {
      monitor.defect(error);
    }
    if (records.length > 0) return;
    monitor.gone();
    this.#isGone = true;
  }

  drain({ engine, clock }: Life): void {
    this.#isDraining = true;
    engine.drain(this.#graceMs).then(
      () => this.#life?.engine === engine && this.crash(0),
      (error: unknown) => this.#ports.monitor.defect(error),
    );
    // From now on no call can begin and end in time.
    clock.advanceBy(0);
  }

  /** As long as its shortest call. A call that is cut at its end is as one of a process that is killed then. */
  get #graceMs(): number {
    return Math.min(...this.#ports.controller.handlers.map(callTimeoutOf));
  }

  /** Its clock jumps on by `ms` milliseconds. */
  jump(life: Life, ms: number): void {
    const { monitor, network } = this.#ports;
    // A call that was decided on before the jump, and waits for the disk, is sent after it.
    if (life.unwritten > 0) monitor.timesAreUncertain();
    life.clock.jumpBy(ms);
    // The alarms that came due meanwhile ring now, also while a call is under way.
    network.holdUp(ms);
    if (network.isBusy) life.clock.advance();
  }
}

export function isEnded({ phase }: Saga): boolean {
  return phase.name === "completed" || phase.name === "cancelled";
}
