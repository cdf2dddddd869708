import { messageOf } from "../message-of.ts";
import { randomFrom } from "../simulation/random.ts";
import { type SimulatedCall, SimulatedController } from "../simulation/simulated-controller.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { Chance } from "./chance.ts";
import { embeddedTogether } from "./embedded-process.ts";
import { SharedOrchestrator } from "./orchestrator.ts";
import { People } from "./people.ts";
import type { Plan, PlannedSaga, Window } from "./plan.ts";
import { type Population, planByChance, populationByChance } from "./plan-by-chance.ts";
import { Senders } from "./senders.ts";
import { Services } from "./services.ts";
import { parcelDefinition, sharedDefinitions, visitDefinition } from "./shared-definitions.ts";
import type { SharedRemains } from "./shared-process.ts";
import { Watch } from "./watch.ts";
import { WatchedSaga } from "./watched-saga.ts";

/** A run that has more alarms goes on without end. */
const ALARMS_MAX = 400_000;
/** A client whose start finds no process tries again after so many milliseconds. */
const START_AGAIN_MS = 100;

export interface ManySagasOptions {
  /** Default: the seed decides. */
  readonly population?: Population;
  /** Default: the seed decides it, by the population. */
  readonly plan?: Plan;
  /** The engine, before anything began. Default: the embedded one. */
  readonly engine?: SharedRemains;
}

/** Many sagas, sick and healthy, that share an engine and its participants: one run, which its seed decides. */
export class ManySagas {
  readonly plan: Plan;
  readonly watch: Watch;
  readonly #clock = new SimulatedClock();
  readonly #beganAt = this.#clock.now();
  readonly #controllers: readonly SimulatedController[];
  readonly #services: Services;
  readonly #people: People;
  readonly #senders: Senders;
  readonly #reportsOnce: boolean;
  readonly #orchestrator: SharedOrchestrator;

  constructor(seed: number, { population, plan, engine = embeddedTogether() }: ManySagasOptions = {}) {
    const planning = new Chance(randomFrom(seed));
    const { takesSignals: waits = false, reportsOnce = false } = engine;
    this.plan = plan ?? planByChance(planning, { waits, ...(population ?? populationByChance(planning)) });
    this.watch = new Watch(this.plan, this.#beganAt, engine);
    this.#reportsOnce = reportsOnce;
    // What happens draws other numbers than the plan does: a change of the engine changes no plan.
    const random = randomFrom(-1 - seed);
    const shared = { clock: this.#clock, chance: new Chance(random) };
    this.#services = new Services({
      ...shared,
      silences: this.plan.silences.map((silence) => ({ ...silence, ...this.#since(silence) })),
      beganAt: this.#beganAt,
      sagaOf: (call) => this.#sagaOf(call),
      evidence: this.watch.evidence,
    });
    this.#controllers = [...sharedDefinitions, parcelDefinition, ...(waits ? [visitDefinition] : [])].map(
      (definition) => new SimulatedController(definition, (call) => this.#services.send(call)),
    );
    this.#orchestrator = new SharedOrchestrator({
      ...shared,
      remains: engine,
      random,
      controllers: this.#controllers,
      stalls: this.plan.stalls.map((stall) => this.#since(stall)),
      listener: ({ saga }, event) => {
        const watched = this.watch.sagas.get(saga.id);
        watched?.recorded(saga, event, this.#clock.now());
        if (watched && saga.phase.name === "needs-intervention") this.#people.notice(watched);
      },
      onCircuit: (state) => this.watch.circuit(state),
      onDefect: (error, id) => this.watch.violated(`the engine met a defect at ${id}: ${messageOf(error)}`),
    });
    const from = {
      ...shared,
      engine: () => this.#orchestrator.engine,
      controllerOf: ({ plan }: WatchedSaga) => this.#controllerOf(plan),
    };
    this.#people = new People(from);
    this.#senders = new Senders(from);
  }

  /** Runs it until nothing more can happen. */
  async run(): Promise<void> {
    this.#orchestrator.begin();
    await this.#orchestrator.settled;
    for (const saga of this.plan.sagas) this.#at(saga.startAt, () => this.#start(saga));
    for (const outage of this.plan.outages) this.#at(outage.from, () => this.#kill(outage.until));
    for (let alarms = 0; this.#clock.isWaiting; alarms += 1) {
      if (alarms >= ALARMS_MAX) {
        this.watch.violated("the run never ends");
        break;
      }
      this.#clock.advance();
      await settleMicrotasks();
      await this.#orchestrator.settled;
      this.#orchestrator.write();
      this.watch.timers(this.#orchestrator.timers);
    }
    this.watch.ended(this.#orchestrator.kept);
  }

  /** What the senders of signals were told. */
  get answers(): ReadonlySet<string> {
    return this.#senders.answers;
  }

  #start(plan: PlannedSaga): void {
    const { engine } = this.#orchestrator;
    const now = this.#clock.now();
    if (!engine) {
      this.#clock.wakeAt(now + START_AGAIN_MS, () => this.#start(plan));
      return;
    }
    const { id, definition, customer } = plan;
    const saga = new WatchedSaga(plan, this.#controllerOf(plan), now, this.#reportsOnce);
    this.watch.sagas.set(id, saga);
    this.#orchestrator.nameNext(id);
    engine.start({ definition: definition.name, input: { saga: id, customer } }).then(
      ({ accepted }) => accepted.then(() => this.#orchestrator.engine === engine && saga.accepted()),
      (error: unknown) => this.watch.violated(`${id} is refused: ${messageOf(error)}`),
    );
    if (plan.cancelAt !== undefined) this.#at(plan.cancelAt, () => this.#people.cancel(saga));
    for (const signal of plan.signals ?? []) this.#at(signal.at, () => this.#senders.send(saga, signal));
    for (const retryAt of plan.retriesAt) this.#at(retryAt, () => this.#people.retry(saga));
  }

  /** The process is killed; the next one starts later. */
  #kill(until: number): void {
    if (!this.#orchestrator.engine) return;
    this.#services.killSender();
    this.watch.killed();
    this.#orchestrator.kill();
    this.#at(until, () => {
      this.watch.restarted(this.#orchestrator.kept, this.#clock.now());
      this.#orchestrator.begin();
    });
  }

  #at(after: number, happen: () => void): void {
    this.#clock.wakeAt(Math.max(this.#clock.now(), this.#beganAt + after), happen);
  }

  #since({ from, until }: Window): Window {
    return { from: this.#beganAt + from, until: this.#beganAt + until };
  }

  #controllerOf({ definition }: PlannedSaga): SimulatedController {
    const controller = this.#controllers.find(({ name }) => name === definition.name);
    if (!controller) throw new TypeError(`there is no definition ${definition.name}`);
    return controller;
  }

  #sagaOf({ data }: SimulatedCall): WatchedSaga {
    const id: unknown = Reflect.get(data, "saga");
    const saga = typeof id === "string" ? this.watch.sagas.get(id) : undefined;
    if (!saga) throw new TypeError(`there is no saga ${String(id)}`);
    return saga;
  }
}
