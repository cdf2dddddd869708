import { type Outcome, unavailable, unknown } from "../definition/outcome.ts";
import { isRunOf } from "../simulation/messages.ts";
import type { SimulatedCall } from "../simulation/simulated-controller.ts";
import type { Message } from "../simulation/simulated-world.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Chance } from "./chance.ts";
import type { Sickness, Silence } from "./plan.ts";
import type { SeenEvidence } from "./seen-evidence.ts";
import type { WatchedSaga } from "./watched-saga.ts";

/** The longest time that a request, or an answer, is on its way, in milliseconds. */
export const LATENCY_MS_MAX = 50;
/** How long a handler may take to return after its call's deadline, in milliseconds. */
const RETURNS_LATE_MS_MAX = 500;

/** A service may answer with a page of its own. */
const PAGE = "It failed. ".repeat(1_000);

export interface ServicesPorts {
  readonly clock: SimulatedClock;
  readonly chance: Chance;
  /** The beginning of the run, in milliseconds since the epoch. */
  readonly beganAt: number;
  /** When a participant answers nobody, in milliseconds since the epoch. */
  readonly silences: readonly Silence[];
  readonly evidence: SeenEvidence;
  readonly sagaOf: (call: SimulatedCall) => WatchedSaga;
}

/** A call that its sender waits for. */
interface Sent extends Message {
  readonly saga: WatchedSaga;
  readonly reply: (outcome: Outcome<object>) => void;
}

/** What becomes of a call: whether its request arrives, and what its sender is told, unless it is the participant's answer. */
interface Fate {
  readonly arrives: boolean;
  readonly told?: Outcome<object> | "nothing";
}

/** The participants of all sagas, and the network before them. */
export class Services {
  readonly #ports: ServicesPorts;
  readonly #waiting = new Set<Sent>();
  #messages = 0;

  constructor(ports: ServicesPorts) {
    this.#ports = ports;
  }

  send(call: SimulatedCall): Promise<Outcome<object>> {
    const { clock, sagaOf } = this.#ports;
    const saga = sagaOf(call);
    const { monitor } = saga;
    monitor.sent(call, [...saga.onTheWay], clock.now());
    const { promise, resolve } = Promise.withResolvers<Outcome<object>>();
    this.#messages += 1;
    const sent: Sent = { ...call, id: this.#messages, saga, reply: resolve };
    this.#waiting.add(sent);
    call.attempt.signal.addEventListener("abort", () => this.#pastDeadline(sent));
    const { arrives, told } = this.#fateOf(saga, call);
    this.#later(() => {
      if (arrives) this.#arrive(sent);
      if (told === "nothing") return;
      this.#later(() => this.#answer(sent, told ?? sent.answer ?? unknown("lost")));
    });
    if (arrives) saga.onTheWay.add(sent);
    return promise;
  }

  /** The process is killed: nobody waits for the answers any more, and the requests are still on their way. */
  killSender(): void {
    this.#waiting.clear();
  }

  #fateOf({ plan }: WatchedSaga, { handler, action }: SimulatedCall): Fate {
    const { chance, silences, beganAt } = this.#ports;
    const now = this.#ports.clock.now();
    const isSilent = silences.some(
      ({ participant, from, until }) => participant === handler.participant.name && from <= now && now < until,
    );
    const { sickness } = plan;
    const isSick = sickness?.step === handler.step && sickness.action === action && now < beganAt + sickness.until;
    if (isSilent) return { arrives: chance.is(0.5), told: "nothing" };
    return isSick ? this.#fateOfSick(sickness) : { arrives: true };
  }

  #fateOfSick({ way }: Sickness): Fate {
    const { chance } = this.#ports;
    switch (way) {
      case "busy":
        return {
          arrives: false,
          told: unavailable("busy", { answered: true, ...(chance.is(0.3) && { retryAfterMs: chance.below(3_000) }) }),
        };
      case "failing":
        return { arrives: chance.is(0.3), told: unknown(chance.is(0.2) ? PAGE : "it failed", { answered: true }) };
      case "silent":
        return { arrives: chance.is(0.3), told: "nothing" };
    }
  }

  #arrive(sent: Sent): void {
    const { saga, handler, action } = sent;
    saga.onTheWay.delete(sent);
    const { refusedStep, refusedRollback } = saga.plan;
    const refuses = handler.step === (action === "run" ? refusedStep : action === "rollback" ? refusedRollback : undefined);
    sent.answer = saga.world.arrive(sent, this.#ports.clock.now(), refuses);
    saga.monitor.look();
  }

  #answer(sent: Sent, outcome: Outcome<object>): void {
    if (!this.#waiting.delete(sent)) return;
    const { saga } = sent;
    const { monitor, onTheWay } = saga;
    monitor.returned(sent);
    monitor.answered(sent, outcome);
    this.#ports.evidence.ended(sent.handler.participant.name, saga.plan.id, outcome);
    if (outcome.outcome !== "unknown") monitor.settled(sent);
    const isProved = sent.action === "probe" && outcome.outcome === "rejected" && ![...onTheWay].some(isRunOf(sent));
    if (isProved) monitor.settled({ handler: sent.handler, action: "run" });
    sent.reply(outcome);
  }

  /** The engine ends a call at its deadline. Its handler returns at once, or a while later. */
  #pastDeadline(sent: Sent): void {
    if (!this.#waiting.has(sent)) return;
    const { clock, chance, evidence } = this.#ports;
    const { saga, handler } = sent;
    saga.monitor.pastDeadline(sent);
    evidence.ended(handler.participant.name, saga.plan.id, unknown("no answer"));
    const comeBack = () => {
      if (!this.#waiting.delete(sent)) return;
      saga.monitor.returned(sent);
      sent.reply(unknown("no answer"));
    };
    if (chance.is(0.5)) comeBack();
    else clock.wakeAt(clock.now() + chance.below(RETURNS_LATE_MS_MAX), comeBack);
  }

  #later(happen: () => void): void {
    const { clock, chance } = this.#ports;
    clock.wakeAt(clock.now() + 1 + chance.below(LATENCY_MS_MAX), happen);
  }
}
