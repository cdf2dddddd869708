import { observed } from "../observed.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Saga } from "../transition/saga.ts";
import { stateOf } from "../transition/view.ts";
import { type FaultTarget, faultMenu } from "./fault-menu.ts";
import type { Happening, HistoryEntry } from "./happening.ts";
import { IdReuse } from "./id-reuse.ts";
import { Monitor } from "./monitor.ts";
import { Network } from "./network.ts";
import { Operator } from "./operator.ts";
import { OtherClaims } from "./other-claims.ts";
import { relative } from "./relative.ts";
import { checkScenario, type Scenario } from "./scenario.ts";
import { SignalMonitor } from "./signal-monitor.ts";
import { Signaller } from "./signaller.ts";
import { SimulatedController } from "./simulated-controller.ts";
import { type SimulatedLimits, simulatedLimits } from "./simulated-limits.ts";
import { isEnded, SimulatedOrchestrator } from "./simulated-orchestrator.ts";
import { SimulatedWorld } from "./simulated-world.ts";

const STEPS_MAX = 600;

/**
 * One saga, run by the real transition and a real engine over a simulated clock, network, journal and participants.
 * Nothing in it is left to chance: its caller chooses what happens next.
 */
export class Simulation {
  readonly monitor: Monitor;
  readonly history: HistoryEntry[] = [];
  readonly #scenario: Scenario;
  readonly #limits: SimulatedLimits;
  readonly #world: SimulatedWorld;
  readonly #network: Network;
  readonly #reuse: IdReuse;
  readonly #claims: OtherClaims;
  readonly #operator: Operator;
  readonly #controller: SimulatedController;
  readonly #orchestrator: SimulatedOrchestrator;
  readonly #signaller: Signaller;
  readonly #signals: SignalMonitor;
  #steps = 0;
  /** Nothing comes any more. */
  #isClosed = false;

  constructor(scenario: Scenario) {
    checkScenario(scenario);
    const { definition, results = {}, laterResults = {} } = scenario;
    const now = new SimulatedClock().now();
    this.#scenario = scenario;
    this.#limits = simulatedLimits(scenario);
    const { policy, downMs } = this.#limits;
    this.#world = new SimulatedWorld({ first: results, later: laterResults });
    this.#controller = new SimulatedController(definition, (call) => this.#network.send(call), policy);
    this.#reuse = new IdReuse(this.#world, this.#controller);
    this.#claims = new OtherClaims(this.#controller, scenario);
    this.monitor = new Monitor({ world: this.#world, reuse: this.#reuse }, this.#controller, now);
    const shared = { world: this.#world, monitor: this.monitor, controller: this.#controller };
    const passUntil = (instant: number) => this.#orchestrator.life?.clock.advanceBy(Math.max(0, instant - this.now));
    this.#network = new Network({ ...shared, scenario, downMs, now: () => this.now, passUntil });
    this.#operator = new Operator({ ...shared, results });
    this.#signals = new SignalMonitor(this.#controller, (what) => this.monitor.violated(what));
    const onDefect = (error: unknown) => this.monitor.defect(error);
    const onUnknown = (step: string) => this.#note(this.saga && this.#claims.problemOfUnknown(this.saga, step));
    this.#signaller = new Signaller({ scenario, controller: this.#controller, monitor: this.#signals, onUnknown, onDefect });
    const others = { reuse: this.#reuse, claims: this.#claims, limits: this.#limits };
    this.#orchestrator = new SimulatedOrchestrator({ ...shared, ...others, scenario, network: this.#network, now });
  }

  async start(): Promise<void> {
    const { engine } = this.#orchestrator.live();
    const { input, context } = this.#scenario;
    const started = await engine.start({ definition: this.#controller.name, input, context });
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
    if (this.#orchestrator.isGone || this.monitor.violations.length > 0) return [];
    const usual = this.#usual();
    if (usual) return [usual, ...faultMenu(this.#faultTarget), ...this.#network.arrivals];
    const { life, saga } = this.#orchestrator;
    const late = life && saga && isEnded(saga) && !this.#isClosed ? this.#signaller.requests(life) : [];
    return late.length > 0 ? [this.#close, ...late, ...this.#network.arrivals] : this.#network.arrivals;
  }

  /** No signal comes any more after the end. */
  get #close(): Happening {
    return usual("nothing more comes", () => {
      this.#isClosed = true;
    });
  }

  async happen({ name, cost, happen }: Happening): Promise<void> {
    await happen();
    await settleMicrotasks();
    await this.#readAsClient();
    this.history.push({ what: name, state: this.saga ? stateOf(this.#controller, this.saga) : "", isFault: cost > 0 });
    if (this.#network.expire()) await settleMicrotasks();
    this.monitor.look();
    if (this.saga) this.#signals.look(this.saga);
    this.#lookAtCorrelation();
    this.#steps += 1;
    if (this.#steps >= STEPS_MAX) this.monitor.neverEnds();
  }

  /** That another saga has its correlation is reported when it is durable. */
  #lookAtCorrelation(): void {
    const { life, saga, isDraining } = this.#orchestrator;
    if (saga && life?.unwritten === 0 && !isDraining) this.#note(this.#claims.problemOf(saga));
  }

  #note(problem: string | undefined): void {
    if (problem !== undefined) this.monitor.violated(problem);
  }

  /** A client reads the saga: it must not see an end that a crash could change either. */
  async #readAsClient(): Promise<void> {
    const { life } = this.#orchestrator;
    if (!life || life.unwritten === 0) return;
    const found = await Promise.race([life.engine.get("saga"), settleMicrotasks().then(() => undefined)]).catch(() => undefined);
    if (found && isEnded(found.saga) && this.#orchestrator.life === life) this.monitor.endReported(found.saga);
  }

  get now(): number {
    return this.#orchestrator.now;
  }

  /** The saga as it was last seen. */
  get saga(): Saga | undefined {
    return this.#orchestrator.saga;
  }

  /** The arrows that the saga took, as `STATE -> STATE`; a crash that undoes one is none. */
  get arrows(): ReadonlySet<string> {
    return this.#orchestrator.arrows;
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
    const { saga, snapshot, now, isStalled, isDraining } = this.#orchestrator;
    return JSON.stringify([
      saga && relative(saga),
      snapshot,
      now,
      this.#network.snapshot,
      [isStalled, this.#operator.snapshot, isDraining],
      this.#world.snapshot,
      [this.#reuse.snapshot, this.#claims.snapshot],
      this.monitor.snapshot,
      [this.#signaller.snapshot, this.#signals.snapshot, this.#isClosed],
    ]);
  }

  /** What happens when nothing goes wrong. */
  #usual(): Happening | undefined {
    const orchestrator = this.#orchestrator;
    const { life, saga } = orchestrator;
    if (!life) return usual("the orchestrator starts again", () => orchestrator.restart(0));
    const write = usual("the journal is on the disk", () => orchestrator.write(life));
    if (life.unwritten > 0 && !orchestrator.isStalled) return write;
    const message = this.#network.usual;
    if (message) return message;
    if (life.unwritten > 0) return write;
    const signal = saga && !orchestrator.isDraining ? this.#signaller.usual(life, saga) : undefined;
    if (signal) return signal;
    if (life.clock.isWaiting) return usual("time passes", () => life.clock.advance());
    const needsHuman = saga?.phase.name === "needs-intervention";
    return saga && needsHuman && this.#scenario.hasOperator !== false ? this.#operator.resolution(life, saga) : undefined;
  }

  get #faultTarget(): FaultTarget {
    return {
      jumpsMs: this.#limits.jumpsMs,
      network: this.#network,
      reuse: this.#reuse,
      claims: this.#claims,
      operator: this.#operator,
      signaller: this.#signaller,
      orchestrator: this.#orchestrator,
      isOver: this.monitor.isEnded || this.#orchestrator.isDraining,
    };
  }
}

function usual(name: string, happen: Happening["happen"]): Happening {
  return { name, cost: 0, happen };
}
