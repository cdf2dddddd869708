import { type Outcome, unavailable, unknown } from "../definition/outcome.ts";
import { observed } from "../observed.ts";
import { OperationRefused } from "../ports/engine.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { choicesOf } from "../transition/choices.ts";
import type { Saga } from "../transition/saga.ts";
import { isAtRest } from "../transition/transition.ts";
import { stateOf } from "../transition/view.ts";
import { embedded } from "./embedded-life.ts";
import type { Happening, Told } from "./happening.ts";
import type { Life, Remains, SimulatedEngine } from "./life.ts";
import { isRunOf, type Late, lateOf, nameOf, type Waiting } from "./messages.ts";
import { Monitor } from "./monitor.ts";
import { relative } from "./relative.ts";
import type { Scenario } from "./scenario.ts";
import { inTruth, type SimulatedCall, SimulatedController } from "./simulated-controller.ts";
import { arrivesWithinMs, isRepeatable, type Message, SimulatedWorld } from "./simulated-world.ts";

const HOUR_MS = 3_600_000;
const STEPS_MAX = 600;

/** Few attempts with long waits: a run is short, and meets every limit. */
const simulatedPolicy = {
  attemptsMax: 2,
  backoffMsBase: HOUR_MS / 6,
  backoffMsMax: HOUR_MS,
  deadlineMs: HOUR_MS / 2,
  giveUpMs: 24 * HOUR_MS,
};

/** A participant that gives no answer twice is left alone for a while: a run meets that too. */
const simulatedGate = { callsInFlightMax: 1, failuresMax: 2, openMsBase: HOUR_MS / 12, openMsMax: HOUR_MS / 6 };

/**
 * One saga, run by the real transition and a real engine over a simulated clock, network, journal and participants.
 * Nothing in it is left to chance: whoever drives it chooses what happens next.
 */
export class Simulation {
  readonly monitor: Monitor;
  readonly history: Told[] = [];
  /** The arrows that the saga took, as `STATE -> STATE`; a crash that undoes one is none. */
  readonly arrows = new Set<string>();
  readonly #scenario: Scenario;
  readonly #world: SimulatedWorld;
  readonly #controller: SimulatedController;
  #life: Life | undefined;
  #remains: Remains;
  #now: number;
  #waiting: Waiting[] = [];
  #late: Late[] = [];
  #messages = 0;
  #saga: Saga | undefined;
  #isStalled = false;
  #isOver = false;
  #cancelIsAsked = false;
  #retryIsAsked = false;
  #isDraining = false;
  #downUntil = 0;
  /** The messages that were held up for so long that they do not arrive. */
  #overdue: readonly Waiting[] = [];
  #steps = 0;
  readonly #answers: ReadonlyMap<string, Outcome<object>[]>;
  /** Every call that was sent, in order. */
  readonly calls: string[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#answers = new Map([...(scenario.answers ?? [])].map(([call, outcomes]) => [call, [...outcomes]]));
    this.#world = new SimulatedWorld(scenario.results ?? {});
    this.#controller = new SimulatedController(scenario.definition, (call) => this.#send(call), simulatedPolicy);
    this.#now = new SimulatedClock().now();
    this.#remains = (scenario.engine ?? embedded)();
    this.monitor = new Monitor(this.#world, this.#controller, this.#now);
  }

  async start(): Promise<void> {
    const { engine } = this.#live();
    const { name } = this.#controller;
    const started = await engine.start({ definition: name, input: this.#scenario.input });
    started.accepted.then(
      () => this.monitor.accepted(),
      () => undefined,
    );
    void observed(started.untilRest());
    await settleMicrotasks();
  }

  /** What can happen now; nothing where the run is over. */
  happenings(): readonly Happening[] {
    this.monitor.look();
    if (this.#isOver || this.monitor.violations.length > 0) return [];
    this.#steps += 1;
    if (this.#steps > STEPS_MAX) {
      this.monitor.neverEnds();
      return [];
    }
    this.#late = this.#late.filter(({ until }) => until > this.now);
    const usual = this.#usual();
    if (!usual) return this.#late.length > 0 ? this.#arrivals() : [];
    return [usual, ...this.#faults(), ...this.#arrivals()];
  }

  async happen({ name, cost, happen }: Happening): Promise<void> {
    await happen();
    await settleMicrotasks();
    await this.#ask();
    this.history.push({ what: name, state: this.#state, isFault: cost > 0 });
  }

  /** Somebody asks for the saga: an end that a crash could change is not told to them either. */
  async #ask(): Promise<void> {
    const life = this.#life;
    if (!life || life.unwritten === 0) return;
    const found = await Promise.race([life.engine.get("saga"), settleMicrotasks().then(() => undefined)]).catch(() => undefined);
    const name = found?.saga.phase.name;
    if (found && (name === "completed" || name === "cancelled") && this.#life === life) this.monitor.told(found.saga);
  }

  get now(): number {
    return this.#life?.clock.now() ?? this.#now;
  }

  /** The saga as it was last seen. */
  get saga(): Saga | undefined {
    return this.#saga;
  }

  /** The steps whose effect stands at their participants. */
  get standing(): readonly string[] {
    return this.#controller.handlers.map(({ step }) => step).filter((step) => this.#world.standing(step) > 0);
  }

  get #state(): string {
    return this.#saga ? stateOf(this.#controller, this.#saga) : "";
  }

  /** Everything that makes a difference from here on: two runs that are equal in it go on alike. */
  get snapshot(): string {
    return JSON.stringify([
      this.#saga && relative(this.#saga),
      (this.#life ?? this.#remains).snapshot,
      this.now,
      this.#waiting.map((message) => [nameOf(message), message.answer?.outcome, this.#overdue.includes(message)]),
      this.#late.map(({ handler, asked, until, reply }) => [handler.step, asked, until, reply !== undefined]),
      [this.#isStalled, this.#cancelIsAsked, this.#retryIsAsked, this.#isDraining, Math.max(this.#downUntil, this.now)],
      this.#world.snapshot,
      this.monitor.snapshot,
    ]);
  }

  #live(): Life {
    const { next } = this.#scenario;
    const others = next && this.#remains.records.length > 0 ? [next] : [];
    const life: Life = this.#remains.live({
      controllers: (isLost) => [isLost ? this.#controllerOf(isLost) : this.#controller, ...others],
      lose: (records) => this.#lose(records),
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
      // An engine tells of an end only when no crash can change it.
      if (saga.phase.name === "completed" || saga.phase.name === "cancelled") this.monitor.told(saga);
    });
    this.#life = life;
    return life;
  }

  #controllerOf(isLost: () => boolean): SimulatedController {
    const send = (call: SimulatedCall) => (isLost() ? this.#sendUnwatched(call) : this.#send(call));
    return new SimulatedController(this.#scenario.definition, send, simulatedPolicy);
  }

  /** What is sent by somebody who is lost: it arrives at any time, or never. */
  #sendUnwatched(asked: SimulatedCall): Promise<Outcome<object>> {
    this.#messages += 1;
    const message = { ...this.#asItIs(asked), id: this.#messages };
    return new Promise((reply) => this.#late.push({ ...lateOf(message, this.now), reply }));
  }

  #lose(records: Remains["records"]): void {
    this.monitor.restarted(records);
    for (const message of this.#waiting) {
      if (message.answer) message.reply(message.answer);
      else if (!this.#overdue.includes(message)) this.#late.push({ ...lateOf(message, this.now), reply: message.reply });
    }
    this.#waiting = [];
  }

  #asItIs(asked: SimulatedCall): SimulatedCall {
    return { ...asked, handler: inTruth(asked.handler, this.#scenario.truth?.[asked.handler.step]) };
  }

  #send(asked: SimulatedCall): Promise<Outcome<object>> {
    const call = this.#asItIs(asked);
    this.calls.push(nameOf(call));
    this.monitor.sent(call, this.#late, this.now);
    this.#messages += 1;
    const id = this.#messages;
    return new Promise((reply, fail) => this.#waiting.push({ ...call, id, reply, fail }));
  }

  /** What happens when nothing goes wrong. */
  #usual(): Happening | undefined {
    const life = this.#life;
    if (!life) return { name: "the orchestrator starts again", cost: 0, happen: () => this.#restart(0) };
    const isFlushDue = life.unwritten > 0;
    const flush: Happening = { name: "the journal is on the disk", cost: 0, happen: () => life.write() };
    if (isFlushDue && !this.#isStalled) return flush;
    const [message] = this.#waiting;
    if (message) return this.#exchange(message);
    if (isFlushDue) return { ...flush, happen: () => this.#unstall(life) };
    if (life.clock.isWaiting) return { name: "time passes", cost: 0, happen: () => life.clock.advance() };
    const { hasOperator = true } = this.#scenario;
    if (hasOperator && this.#saga?.phase.name === "needs-intervention") return this.#operator(life, this.#saga);
    return undefined;
  }

  async #unstall(life: Life): Promise<void> {
    this.#isStalled = false;
    await life.write();
  }

  #exchange(message: Waiting): Happening {
    const name = nameOf(message);
    const { answer } = message;
    if (this.#overdue.includes(message)) {
      return { name: `${name} has no answer`, cost: 0, happen: () => this.#reply(message, unknown("no answer")) };
    }
    const scripted = answer ? undefined : this.#answers.get(name)?.shift();
    if (scripted)
      return { name: `${name} is to be answered ${scripted.outcome}`, cost: 0, happen: () => this.#answer(message, scripted) };
    if (answer) return { name: `${name} is answered ${answer.outcome}`, cost: 0, happen: () => this.#reply(message, answer) };
    if (this.now < this.#downUntil) {
      return { name: `${name} finds its participant down`, cost: 0, happen: () => this.#reply(message, unavailable("down")) };
    }
    return { name: `${name} arrives`, cost: 0, happen: () => this.#arrive(message, false) };
  }

  /** As a test says: a refusal and a confirmation arrive, anything else gets lost on its way. */
  #answer(message: Waiting, outcome: Outcome<object>): void {
    if (outcome.outcome === "done" || outcome.outcome === "rejected") this.#arrive(message, outcome.outcome === "rejected");
    this.#reply(message, outcome);
  }

  #arrive(message: Message, refuses: boolean): void {
    message.answer = this.#world.arrive(message, this.now, refuses);
  }

  #reply(message: Waiting, outcome: Outcome<object>): void {
    this.#waiting = this.#waiting.filter((each) => each !== message);
    this.monitor.answered(message, outcome);
    if (outcome.outcome !== "unknown") this.monitor.settled(message);
    // A look proves that it was not applied where nothing can arrive any more.
    const isProved = message.asked === "probe" && outcome.outcome === "rejected" && !this.#late.some(isRunOf(message));
    if (isProved) this.monitor.settled({ handler: message.handler, asked: "run" });
    message.reply(outcome);
  }

  /** What a handler throws is told by nobody; the engine must make of it what it is, an unknown outcome (rule 1). */
  #fail(message: Waiting): void {
    this.#waiting = this.#waiting.filter((each) => each !== message);
    this.monitor.answered(message, unknown("thrown"));
    message.fail(new Error("thrown"));
  }

  /** Everything that can go wrong now, and everything that somebody may ask. */
  #faults(): readonly Happening[] {
    const life = this.#life;
    if (!life) return [{ name: "the orchestrator starts again a day later", cost: 1, happen: () => this.#restart(25 * HOUR_MS) }];
    return [...this.#crashes(life), ...this.#mishaps(), ...this.#asked(life), ...this.#jumps(life), ...life.mishaps];
  }

  #crashes({ unwritten: count }: Life): readonly Happening[] {
    const crashes = Array.from({ length: Math.max(1, count) }, (_, kept): Happening => {
      const lost = count === 0 ? "" : `, and ${count - kept} of its records are lost`;
      return { name: `the orchestrator is killed${lost}`, cost: 1, happen: () => this.#crash(kept) };
    });
    const stall: Happening = {
      name: "the disk is slow",
      cost: 1,
      happen: () => {
        this.#isStalled = true;
      },
    };
    return count > 0 && !this.#isStalled ? [...crashes, stall] : crashes;
  }

  #crash(kept: number): void {
    const life = this.#life;
    if (!life) return;
    this.#now = life.clock.now();
    this.#remains = life.kill(kept);
    this.#life = undefined;
    this.#isStalled = false;
    this.#isDraining = false;
    // What was under way goes on without it: a zombie's requests beside those of the next life.
    const onTheirWay = this.#waiting.filter((message) => !message.answer && !this.#overdue.includes(message));
    for (const message of onTheirWay) this.#late.push(lateOf(message, this.#now));
    this.#waiting = [];
  }

  async #restart(laterMs: number): Promise<void> {
    this.#now += laterMs;
    const { engine } = this.#live();
    const { records } = this.#remains;
    this.monitor.restarted(records);
    try {
      // What the journal holds is seen first: a saga at rest is reported by no event, nor is an end that is not durable yet.
      this.#saga = (await engine.get("saga"))?.saga ?? this.#saga;
      await engine.resume();
    } catch (error) {
      this.monitor.defect(error);
    }
    if (records.length > 0) return;
    this.monitor.gone();
    this.#isOver = true;
  }

  #mishaps(): readonly Happening[] {
    const [message] = this.#waiting;
    if (!message) return [];
    const name = nameOf(message);
    const lose = (what: string): Happening => ({
      name: `${name}: ${what}`,
      cost: 1,
      happen: () => this.#reply(message, unknown(what)),
    });
    const thrown: Happening = {
      name: `${name}: its handler throws`,
      cost: 1,
      happen: () => this.#fail(message),
    };
    if (message.answer) return [lose("the reply is lost"), thrown];
    if (this.#overdue.includes(message)) return [];
    if (this.now < this.#downUntil) return [];
    const late: Happening = {
      name: `${name} is late, and its caller gives up`,
      cost: 1,
      happen: () => {
        this.#late.push(lateOf(message, this.now));
        this.#reply(message, unknown("no answer in time"));
      },
    };
    const away: Happening = {
      name: `${name}: its participant is away`,
      cost: 1,
      happen: () => this.#reply(message, unavailable("away")),
    };
    const down: Happening = {
      name: "every participant is down for three hours",
      cost: 1,
      happen: () => {
        this.#downUntil = this.now + 3 * HOUR_MS;
      },
    };
    const refuse: Happening = { name: `${name} is refused`, cost: 1, happen: () => this.#arrive(message, true) };
    const mayRefuse = message.asked !== "probe" && this.#world.couldApply(message, this.now);
    const misused: Happening = {
      name: `${name}: its key was misused`,
      cost: 1,
      happen: () => this.#reply(message, unknown("its key was misused", { defect: true })),
    };
    return [lose("the request is lost"), misused, late, away, down, ...(mayRefuse ? [refuse] : [])];
  }

  /** What clients and operators may ask at any instant. */
  #asked({ engine, clock }: Life): readonly Happening[] {
    const saga = this.#saga;
    if (!saga || this.monitor.isEnded || this.#isDraining) return [];
    const choices = choicesOf(this.#controller, saga, clock.now());
    const cancel: Happening = { name: "a cancel is asked for", cost: 1, happen: () => this.#askCancel(engine) };
    const retry: Happening = { name: "an operator retries", cost: 1, happen: () => this.#askRetry(engine) };
    const drain: Happening = {
      name: "the orchestrator is told to stop",
      cost: 1,
      happen: () => {
        this.#isDraining = true;
        engine.drain(0).then(
          () => this.#life?.engine === engine && this.#crash(0),
          (error: unknown) => this.monitor.defect(error),
        );
        // Its grace ends at once, whatever is under way.
        clock.advance();
      },
    };
    return [
      ...(choices.cancel.allowed && !this.#cancelIsAsked ? [cancel] : []),
      ...(choices.retry.allowed && !this.#retryIsAsked && isRetryOfUse(saga) ? [retry] : []),
      ...(isAtRest(saga) ? [] : [drain]),
    ];
  }

  #askCancel(engine: SimulatedEngine): void {
    this.#cancelIsAsked = true;
    engine.cancel("saga").then(
      () => {
        this.monitor.cancelPromised();
        this.monitor.promised("cancel-requested");
      },
      (error: unknown) => this.#refused(error),
    );
  }

  #askRetry(engine: SimulatedEngine): void {
    this.#retryIsAsked = true;
    this.monitor.asked(this.now);
    engine.retry("saga").then(
      () => this.monitor.promised("retry-requested"),
      (error: unknown) => this.#refused(error),
    );
  }

  #refused(error: unknown): void {
    if (!(error instanceof OperationRefused)) this.monitor.defect(error);
  }

  #jumps({ clock }: Life): readonly Happening[] {
    if (!clock.isWaiting) return [];
    // Past the deadline; and past the time of giving up, and the end of every key.
    const jumps = [
      ["an hour", HOUR_MS],
      ["a day", 25 * HOUR_MS],
    ] as const;
    return jumps.map(([long, ms]) => ({ name: `the clock jumps on by ${long}`, cost: 1, happen: () => this.#jump(clock, ms) }));
  }

  #jump(clock: SimulatedClock, ms: number): void {
    // What was decided before it, and waits for the disk, is sent after it.
    if (this.#life && this.#life.unwritten > 0) this.monitor.timeIsOut();
    clock.jumpBy(ms);
    // The alarms that came due meanwhile ring now, also while a call is under way; and what had not arrived cannot any more.
    this.#overdue = this.#waiting.filter((message) => !message.answer && ms >= arrivesWithinMs(message));
    if (this.#waiting.length > 0) clock.advance();
  }

  /** An operator who looks at the participant, and answers what is true; or does by hand what was refused. */
  #operator({ engine, clock }: Life, saga: Saga): Happening {
    const { phase } = saga;
    if (phase.name !== "needs-intervention") throw new TypeError("nobody needs an operator");
    const { step, action, reason } = phase;
    const handler = this.#controller.handlers.find((each) => each.step === step);
    if (!handler) throw new TypeError(`there is no step ${step}`);
    const isApplied = action === "run" ? this.#world.standing(step) > 0 : this.#world.standing(step) === 0;
    const { notApplied } = choicesOf(this.#controller, saga, clock.now());
    if (!isApplied && reason !== "refused" && !notApplied.allowed) {
      const { from = clock.now() } = notApplied;
      return { name: "the operator waits", cost: 0, happen: () => clock.jumpBy(from - clock.now()) };
    }
    const applied = isApplied || reason === "refused";
    const answer = { step, applied, result: this.#scenario.results?.[step] ?? {} };
    return {
      name: `the operator says that ${step}/${action} is ${applied ? "" : "not "}applied`,
      cost: 0,
      happen: () => {
        if (applied && !isApplied) this.#world.apply(step, action, isRepeatable({ handler, asked: action }));
        this.monitor.settled({ handler, asked: action });
        this.monitor.asked(this.now);
        engine.resolve("saga", answer).then(
          () => this.monitor.promised("resolved"),
          (error: unknown) => this.#refused(error),
        );
      },
    };
  }

  /** A late request arrives, at any time before it cannot any more. */
  #arrivals(): readonly Happening[] {
    return this.#late.map((message) => ({
      name: `${nameOf(message)} arrives late`,
      cost: 0,
      happen: () => {
        this.#late = this.#late.filter((each) => each !== message);
        this.#arrive(message, false);
        if (message.answer) message.reply?.(message.answer);
      },
    }));
  }
}

function isRetryOfUse(saga: Saga): boolean {
  return saga.phase.name === "needs-intervention" || saga.steps.some(({ nextAttemptAt }) => nextAttemptAt !== undefined);
}
