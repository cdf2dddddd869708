import { callTimeoutOf } from "../definition/call-timeout.ts";
import { type Outcome, unavailable, unknown } from "../definition/outcome.ts";
import type { Happening } from "./happening.ts";
import { isRunOf, type Late, lateOf, nameOf, type Waiting } from "./messages.ts";
import type { Monitor } from "./monitor.ts";
import type { Scenario } from "./scenario.ts";
import { inTruth, type SimulatedCall } from "./simulated-controller.ts";
import { arrivesWithinMs, type Message, type SimulatedWorld } from "./simulated-world.ts";
import { spanOf } from "./span.ts";

export interface NetworkPorts {
  readonly scenario: Scenario;
  readonly world: SimulatedWorld;
  readonly monitor: Monitor;
  /** How long the participants are down, in milliseconds. */
  readonly downMs: number;
  readonly now: () => number;
  /** Lets time pass until an instant, in milliseconds since the epoch. */
  readonly passUntil: (instant: number) => void;
}

/** Every request and reply between the engine and the participants. Listing what may happen to them changes nothing. */
export class Network {
  /** Every call that was sent, in order. */
  readonly calls: string[] = [];
  readonly #ports: NetworkPorts;
  /** The scripted outcomes that are left, by the name of their call. */
  readonly #answers: ReadonlyMap<string, Outcome<object>[]>;
  #waiting: readonly Waiting[] = [];
  #late: readonly Late[] = [];
  /** The messages that were delayed too long to arrive. */
  #overdue: readonly Waiting[] = [];
  #downUntil = 0;
  #messages = 0;

  constructor(ports: NetworkPorts) {
    this.#ports = ports;
    this.#answers = new Map([...(ports.scenario.answers ?? [])].map(([call, outcomes]) => [call, [...outcomes]]));
  }

  /** Whether a sender waits for an answer. */
  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  get snapshot(): unknown {
    return [
      this.#waiting.map((message) => [
        nameOf(message),
        message.answer?.outcome,
        this.#overdue.includes(message),
        message.deadlineAt,
      ]),
      this.#late.map(({ handler, action, until, reply, isUnreturned, answer }) => [
        handler.step,
        action,
        until,
        reply !== undefined,
        isUnreturned,
        answer?.outcome,
      ]),
      Math.max(this.#downUntil, this.#ports.now()),
    ];
  }

  send(sent: SimulatedCall): Promise<Outcome<object>> {
    const call = this.#inTruth(sent);
    this.calls.push(nameOf(call));
    this.#ports.monitor.sent(call, this.#onTheWay, this.#ports.now());
    const id = this.#nextId();
    const deadlineAt = this.#ports.now() + callTimeoutOf(sent.handler);
    sent.attempt.signal.addEventListener("abort", () => this.#pastDeadline(id));
    return new Promise((reply, fail) => {
      this.#waiting = [...this.#waiting, { ...call, id, deadlineAt, reply, fail }];
    });
  }

  /** Sends for an execution that is lost: the request arrives at any time, or never. */
  sendUnwatched(sent: SimulatedCall): Promise<Outcome<object>> {
    const message = { ...this.#inTruth(sent), id: this.#nextId() };
    return new Promise((reply) => this.#addLate({ ...lateOf(message, this.#ports.now()), reply }));
  }

  /** The sender is lost but still runs: answers reach it, and its requests are still on their way. */
  loseSender(): void {
    for (const message of this.#waiting) {
      if (message.answer) message.reply(message.answer);
      else if (!this.#overdue.includes(message)) this.#addLate({ ...lateOf(message, this.#ports.now()), reply: message.reply });
    }
    this.#waiting = [];
    this.#late = this.#late.map(({ isUnreturned: _ofLost, ...message }) => message);
  }

  /** The sender is killed: its requests are still on their way, beside those of the next life. */
  killSender(): void {
    for (const message of this.#waiting) {
      if (!message.answer && !this.#overdue.includes(message)) this.#addLate(lateOf(message, this.#ports.now()));
    }
    this.#waiting = [];
    this.#late = this.#late.flatMap((message) => (message.isUnreturned ? withoutSender(message) : message));
  }

  /** So much time passes at once: a request that had not arrived may not arrive any more. */
  holdUp(ms: number): void {
    this.#overdue = this.#waiting.filter((message) => !message.answer && ms >= arrivesWithinMs(message));
  }

  /** Forgets the late requests that cannot arrive any more. Returns whether a handler that had not returned does so now. */
  expire(): boolean {
    const expired = this.#late.filter(({ until }) => until <= this.#ports.now());
    this.#late = this.#late.filter((message) => !expired.includes(message));
    const unreturned = expired.filter(({ isUnreturned }) => isUnreturned);
    for (const message of unreturned) this.#comeBack(message);
    return unreturned.length > 0;
  }

  /** What happens to the first message when nothing goes wrong. */
  get usual(): Happening | undefined {
    const [message] = this.#waiting;
    if (!message) return undefined;
    const name = nameOf(message);
    const { answer } = message;
    if (this.#overdue.includes(message)) return usual(`${name} has no answer`, () => this.#reply(message, unknown("no answer")));
    const [scripted] = answer ? [] : (this.#answers.get(name) ?? []);
    if (scripted) return usual(`${name} is to be answered ${scripted.outcome}`, () => this.#answerAsScripted(message, scripted));
    if (answer) return usual(`${name} is answered ${answer.outcome}`, () => this.#reply(message, answer));
    if (this.#isDown) return usual(`${name} finds its participant down`, () => this.#reply(message, unavailable("down")));
    return usual(`${name} arrives`, () => this.#arrive(message, false));
  }

  /** What can go wrong with the first message. */
  get mishaps(): readonly Happening[] {
    const [message] = this.#waiting;
    if (!message) return [];
    const name = nameOf(message);
    const { downMs } = this.#ports;
    const lose = (what: string) => fault(`${name}: ${what}`, () => this.#reply(message, unknown(what)));
    const thrown = fault(`${name}: its handler throws`, () => this.#fail(message));
    const passDeadline = fault(`${name}: its deadline passes, and its handler does not return`, () =>
      this.#ports.passUntil(message.deadlineAt),
    );
    if (message.answer) return [lose("the reply is lost"), thrown, passDeadline];
    if (this.#overdue.includes(message) || this.#isDown) return [];
    const isRead = message.handler.kind === "read";
    const mayRefuse = message.action !== "probe" && (isRead || this.#ports.world.couldApply(message, this.#ports.now()));
    return [
      lose("the request is lost"),
      fault(`${name}: its key was misused`, () => this.#reply(message, unknown("its key was misused", { defect: true }))),
      fault(`${name} is late, and its caller gives up`, () => {
        this.#addLate(lateOf(message, this.#ports.now()));
        this.#reply(message, unknown("no answer in time"));
      }),
      passDeadline,
      fault(`${name}: its participant is away`, () => this.#reply(message, unavailable("away"))),
      fault(`every participant is down for ${spanOf(downMs)}`, () => {
        this.#downUntil = this.#ports.now() + downMs;
      }),
      ...(mayRefuse ? [fault(`${name} is refused`, () => this.#arrive(message, true))] : []),
    ];
  }

  /** The late requests and answers, each of which may arrive now. */
  get arrivals(): readonly Happening[] {
    return this.#late.map((message) => {
      const what = message.answer ? "is answered late" : "arrives late";
      return usual(`${nameOf(message)} ${what}`, () => this.#arriveLate(message));
    });
  }

  #arriveLate(message: Late): void {
    this.#late = this.#late.filter((each) => each !== message);
    if (!message.answer) this.#arrive(message, false);
    if (message.isUnreturned) this.#comeBack(message);
    else if (message.answer) message.reply?.(message.answer);
  }

  /** A handler returns after its deadline. The monitor learns nothing from its answer, because the engine must not (rule 9). */
  #comeBack(message: Late): void {
    this.#ports.monitor.returned(message);
    message.reply?.(message.answer ?? unknown("no answer"));
  }

  /** The engine ends a call at its deadline. Its message stays on its way, and its handler does not return. */
  #pastDeadline(id: number): void {
    const message = this.#waiting.find((each) => each.id === id);
    // It was answered, or its sender is lost.
    if (!message) return;
    const { monitor, now } = this.#ports;
    monitor.pastDeadline(message);
    if (this.#overdue.includes(message)) {
      this.#reply(message, unknown("no answer"));
      return;
    }
    this.#remove(message);
    const { reply, answer } = message;
    this.#addLate({ ...lateOf(message, now()), reply, isUnreturned: true, ...(answer && { answer }) });
  }

  /** The late requests that have not arrived. */
  get #onTheWay(): readonly Late[] {
    return this.#late.filter(({ answer }) => !answer);
  }

  get #isDown(): boolean {
    return this.#ports.now() < this.#downUntil;
  }

  #nextId(): number {
    this.#messages += 1;
    return this.#messages;
  }

  /** A late read changes nothing: nobody but a lost sender, which still runs, could notice it. */
  #addLate(message: Late): void {
    if (message.handler.kind === "read" && !message.reply) return;
    this.#late = [...this.#late, message];
  }

  #inTruth(call: SimulatedCall): SimulatedCall {
    return { ...call, handler: inTruth(call.handler, this.#ports.scenario.truth?.[call.handler.step]) };
  }

  /** A scripted refusal or confirmation arrives; any other outcome is that of a request that was lost on its way. */
  #answerAsScripted(message: Waiting, outcome: Outcome<object>): void {
    this.#answers.get(nameOf(message))?.shift();
    if (outcome.outcome === "done" || outcome.outcome === "rejected") this.#arrive(message, outcome.outcome === "rejected");
    this.#reply(message, outcome);
  }

  #arrive(message: Message, refuses: boolean): void {
    message.answer = this.#ports.world.arrive(message, this.#ports.now(), refuses);
  }

  #reply(message: Waiting, outcome: Outcome<object>): void {
    const { monitor } = this.#ports;
    this.#remove(message);
    monitor.returned(message);
    monitor.answered(message, outcome);
    if (outcome.outcome !== "unknown") monitor.settled(message);
    // A probe proves that a run was not applied once no run can arrive any more.
    const isProved = message.action === "probe" && outcome.outcome === "rejected" && !this.#onTheWay.some(isRunOf(message));
    if (isProved) monitor.settled({ handler: message.handler, action: "run" });
    message.reply(outcome);
  }

  /** A thrown error is no answer: the engine must read it as an unknown outcome (rule 1). */
  #fail(message: Waiting): void {
    this.#remove(message);
    this.#ports.monitor.returned(message);
    this.#ports.monitor.answered(message, unknown("thrown"));
    message.fail(new Error("thrown"));
  }

  #remove(message: Waiting): void {
    this.#waiting = this.#waiting.filter((each) => each !== message);
  }
}

/** Without a handler that waits for its answer, there is only a request that may still arrive. */
function withoutSender({ reply: _gone, isUnreturned: _returned, ...message }: Late): readonly Late[] {
  return message.answer ? [] : [message];
}

function usual(name: string, happen: () => void): Happening {
  return { name, cost: 0, happen };
}

function fault(name: string, happen: () => void): Happening {
  return { name, cost: 1, happen };
}
