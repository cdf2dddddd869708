import { observed } from "../observed.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Saga } from "../transition/saga.ts";
import { stateOf } from "../transition/view.ts";
import { embedded } from "./embedded-life.ts";
import { type FaultTarget, faultMenu } from "./fault-menu.ts";
import type { Happening, HistoryEntry } from "./happening.ts";
import type { Life, Remains } from "./life.ts";
import { Monitor } from "./monitor.ts";
import { Network } from "./network.ts";
import { Operator } from "./operator.ts";
import { relative } from "./relative.ts";
import type { Scenario } from "./scenario.ts";
import { type SimulatedCall, SimulatedController } from "./simulated-controller.ts";
import { simulatedGate, simulatedPolicy } from "./simulated-limits.ts";
import { SimulatedWorld } from "./simulated-world.ts";

const STEPS_MAX = 600;

/**
 * One saga, run by the real transition and a real engine over a simulated clock, network, journal and participants.
 * Nothing in it is left to chance: its caller chooses what happens next.
 */
export class Simulation {
  readonly monitor: Monitor;
  readonly history: HistoryEntry[] = [];
  /** The arrows that the saga took, as `STATE -> STATE`; a crash that undoes one is none. */
  readonly arrows = new Set<string>();
  readonly #scenario: Scenario;
  readonly #world: SimulatedWorld;
  readonly #network: Network;
  readonly #operator: Operator;
  readonly #controller: SimulatedController;
  #life: Life | undefined;
  #remains: Remains;
  /** The time while there is no life. */
  #now: number;
  #saga: Saga | undefined;
  #isStalled = false;
  #isDraining = false;
  #isOver = false;
  #steps = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#world = new SimulatedWorld(scenario.results ?? {});
    this.#controller = new SimulatedController(scenario.definition, (call) => this.#network.send(call), simulatedPolicy);
    this.#now = new SimulatedClock().now();
    this.#remains = (scenario.engine ?? embedded)();
    this.monitor = new Monitor(this.#world, this.#controller, this.#now);
    const shared = { world: this.#world, monitor: this.monitor };
    this.#network = new Network({ ...shared, scenario, now: () => this.now });
    this.#operator = new Operator({ ...shared, controller: this.#controller, results: scenario.results ?? {} });
  }

  async start(): Promise<void> {
    const { engine } = this.#live();
    const started = await engine.start({ definition: this.#controller.name, input: this.#scenario.input });
    started.accepted.then(
      () => this.monitor.accepted(),
      () => undefined,
    );
    void observed(started.untilRest());
    await settleMicrotasks();
    this.monitor.look();
  }

  /** What can happen now, without an effect on it; nothing when the run is over. */
  happenings(): readonly Happening[] {
    if (this.#isOver || this.monitor.violations.length > 0) return [];
    const usual = this.#usual();
    return usual ? [usual, ...faultMenu(this.#faultTarget, this.#life), ...this.#network.arrivals] : this.#network.arrivals;
  }

  async happen({ name, cost, happen }: Happening): Promise<void> {
    await happen();
    await settleMicrotasks();
    await this.#readAsClient();
    this.history.push({ what: name, state: this.#saga ? stateOf(this.#controller, this.#saga) : "", isFault: cost > 0 });
    this.#network.expire();
    this.monitor.look();
    this.#steps += 1;
    if (this.#steps >= STEPS_MAX) this.monitor.neverEnds();
  }

  /** A client reads the saga: it must not see an end that a crash could change either. */
  async #readAsClient(): Promise<void> {
    const life = this.#life;
    if (!life || life.unwritten === 0) return;
    const found = await Promise.race([life.engine.get("saga"), settleMicrotasks().then(() => undefined)]).catch(() => undefined);
    if (found && isEnded(found.saga) && this.#life === life) this.monitor.endReported(found.saga);
  }

  get now(): number {
    return this.#life?.clock.now() ?? this.#now;
  }

  /** The saga as it was last seen. */
  get saga(): Saga | undefined {
    return this.#saga;
  }

  /** Every call that was sent, in order. */
  get calls(): readonly string[] {
    return this.#network.calls;
  }

  /** The steps whose effect stands at their participants. */
  get standing(): readonly string[] {
    return this.#controller.handlers.map(({ step }) => step).filter((step) => this.#world.standing(step) > 0);
  }

  /** Everything that can affect the rest of the run: two runs that are equal in it continue in the same way. */
  get snapshot(): string {
    return JSON.stringify([
      this.#saga && relative(this.#saga),
      (this.#life ?? this.#remains).snapshot,
      this.now,
      this.#network.snapshot,
      [this.#isStalled, this.#operator.snapshot, this.#isDraining],
      this.#world.snapshot,
      this.monitor.snapshot,
    ]);
  }

  #live(): Life {
    const { next } = this.#scenario;
    const others = next && this.#remains.records.length > 0 ? [next] : [];
    const life: Life = this.#remains.live({
      controllers: (isLost) => [isLost ? this.#controllerOf(isLost) : this.#controller, ...others],
      lose: (records) => {
        this.monitor.restarted(records);
        this.#network.loseSender();
      },
      clock: new SimulatedClock(this.#now),
      gateLimits: simulatedGate,
      onDefect: (error) => {
        if (this.#life === life) this.monitor.defect(error);
      },
    });
    let state: string | undefined;
    life.engine.subscribe(({ saga }) => {
      if (this.#life !== life) return;
      this.#saga = saga;
      const next = stateOf(this.#controller, saga);
      if (state !== undefined && state !== next) this.arrows.add(`${state} -> ${next}`);
      state = next;
      // An engine reports an end only when no crash can change it.
      if (isEnded(saga)) this.monitor.endReported(saga);
    });
    this.#life = life;
    return life;
  }

  #controllerOf(isLost: () => boolean): SimulatedController {
    const send = (call: SimulatedCall) => (isLost() ? this.#network.sendUnwatched(call) : this.#network.send(call));
    return new SimulatedController(this.#scenario.definition, send, simulatedPolicy);
  }

  /** What happens when nothing goes wrong. */
  #usual(): Happening | undefined {
    const life = this.#life;
    if (!life) return usual("the orchestrator starts again", () => this.#restart(0));
    const write = usual("the journal is on the disk", () => this.#write(life));
    if (life.unwritten > 0 && !this.#isStalled) return write;
    const message = this.#network.usual;
    if (message) return message;
    if (life.unwritten > 0) return write;
    if (life.clock.isWaiting) return usual("time passes", () => life.clock.advance());
    const needsHuman = this.#saga?.phase.name === "needs-intervention";
    return this.#saga && needsHuman && this.#scenario.hasOperator !== false
      ? this.#operator.resolution(life, this.#saga)
      : undefined;
  }

  get #faultTarget(): FaultTarget {
    return {
      network: this.#network,
      operator: this.#operator,
      saga: this.#saga,
      isOver: this.monitor.isEnded || this.#isDraining,
      isStalled: this.#isStalled,
      stall: () => {
        this.#isStalled = true;
      },
      crash: (kept) => this.#crash(kept),
      drain: (life) => this.#drain(life),
      jump: (life, ms) => this.#jump(life, ms),
      restart: (laterMs) => this.#restart(laterMs),
    };
  }

  async #write(life: Life): Promise<void> {
    this.#isStalled = false;
    await life.write();
  }

  #crash(kept: number): void {
    const life = this.#life;
    if (!life) return;
    this.#network.killSender();
    this.#now = life.clock.now();
    this.#remains = life.kill(kept);
    this.#life = undefined;
    this.#isStalled = false;
    this.#isDraining = false;
  }

  async #restart(laterMs: number): Promise<void> {
    this.#now += laterMs;
    const { engine } = this.#live();
    const { records } = this.#remains;
    this.monitor.restarted(records);
    try {
      // The journal's content is checked first: a saga at rest is reported by no event, nor is an end that is not durable yet.
      this.#saga = (await engine.get("saga"))?.saga ?? this.#saga;
      await engine.resume();
    } catch (error) {
      this.monitor.defect(error);
    }
    if (records.length > 0) return;
    this.monitor.gone();
    this.#isOver = true;
  }

  #drain({ engine, clock }: Life): void {
    this.#isDraining = true;
    engine.drain(0).then(
      () => this.#life?.engine === engine && this.#crash(0),
      (error: unknown) => this.monitor.defect(error),
    );
    // Its grace ends at once, even if calls are under way.
    clock.advance();
  }

  #jump(life: Life, ms: number): void {
    // A call that was decided on before the jump, and waits for the disk, is sent after it.
    if (life.unwritten > 0) this.monitor.timesAreUncertain();
    life.clock.jumpBy(ms);
    // The alarms that came due meanwhile ring now, also while a call is under way.
    this.#network.holdUp(ms);
    if (this.#network.isBusy) life.clock.advance();
  }
}

function usual(name: string, happen: Happening["happen"]): Happening {
  return { name, cost: 0, happen };
}

function isEnded({ phase }: Saga): boolean {
  return phase.name === "completed" || phase.name === "cancelled";
}
