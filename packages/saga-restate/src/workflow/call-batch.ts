import type { Clock, Saga } from "saga-core";
import { type Call, observed } from "saga-core/engine";
import type { CallReport } from "../objects/messages.ts";
import { timings } from "../timings.ts";
import type { AttemptOptions } from "./attempts.ts";
import { BatchReports } from "./batch-reports.ts";
import { type RepeatLimits, shortened } from "./repeat-limits.ts";
import type { SagaReplica } from "./saga-replica.ts";

/** A call that was made and has not reported yet. */
export interface CallUnderWay {
  readonly call: Call;
  readonly report: Promise<CallReport>;
}

export interface CallBatchPorts {
  readonly clock: Clock;
  readonly make: (saga: Saga, call: Call, options: AttemptOptions) => Promise<CallReport>;
  /** Calls back when the process stops; at once if it does already. The result ends that. */
  readonly onStop: (listener: () => void) => () => void;
  readonly repeats: RepeatLimits;
}

export interface CallBatchOptions {
  /** The call that the batch before left under way. */
  readonly detached: CallUnderWay | undefined;
  /** Whether its first call is made although the participant's circuit is open. */
  readonly isInsistent: boolean;
  /** Aborted when Restate has lost this execution. */
  readonly lost: AbortSignal;
}

/** What a batch made in this execution. */
export interface BatchResult {
  /** For Restate's journal. */
  readonly reports: readonly CallReport[];
  /** The saga after all reports; or why one of them cannot be applied. It is recorded all the same, so that its call is not repeated. */
  readonly after: { readonly replica: SagaReplica } | { readonly failure: unknown };
  /** The call that is still under way: the first one of the next batch. */
  readonly detached: CallUnderWay | undefined;
}

/**
 * The calls that Restate journals together: one, and those that follow it, while nothing must be durable before them (rule 5). If the
 * process is lost, those not recorded yet are in doubt, as after a restart of an engine that does not wait for its disk. A call that has failed
 * often is repeated within one batch, with the waits between its attempts.
 */
export class CallBatch {
  readonly #ports: CallBatchPorts;
  readonly #options: CallBatchOptions;
  /** It runs ahead of Restate's journal. */
  readonly #replica: SagaReplica;
  /** The number of the saga's last durable record. */
  readonly #durable: number;
  readonly #halt = Promise.withResolvers<"halted">();
  #isHalted = false;
  readonly #reports: BatchReports;
  #callsMade = 0;
  /** The call that this batch repeats. It makes no other one: an execution that Restate has lost meanwhile must not go on to the next step. */
  #repeated: Call | undefined;
  #detached: CallUnderWay | undefined;
  #failure: { readonly failure: unknown } | undefined;

  /** @param replica a fork whose events are all in Restate's journal. */
  constructor(replica: SagaReplica, options: CallBatchOptions, ports: CallBatchPorts) {
    this.#replica = replica;
    this.#options = options;
    this.#ports = ports;
    this.#durable = replica.saga.seq;
    this.#detached = options.detached;
    this.#reports = new BatchReports(replica, ports.repeats.reportsMax);
  }

  /** Whether the call belongs to this batch, if nothing ends it before. */
  includes({ after }: Call): boolean {
    return after <= this.#durable;
  }

  /** Ends it soon: it makes no further call and leaves the one under way to the next batch. */
  halt(): void {
    this.#isHalted = true;
    this.#halt.resolve("halted");
  }

  /** Makes no call and reports this. */
  reportOnly(report: CallReport): BatchResult {
    this.#apply(report);
    return this.#result();
  }

  async make(): Promise<BatchResult> {
    const { clock, repeats } = this.#ports;
    const endsAt = clock.now() + (this.#isRepeated(this.#replica.call) ? repeats.batchMsMax : timings.batchMsMax);
    let cancel: () => void = () => undefined;
    try {
      for (let call = this.#next(); call; call = clock.now() < endsAt ? this.#next() : undefined) {
        if (this.#callsMade === 1) cancel = clock.wakeAt(endsAt, () => this.halt());
        if (!this.#detached || !isSame(this.#detached.call, call)) this.#detached = { call, report: this.#begin(call) };
        const report = await Promise.race([this.#detached.report, this.#halt.promise]);
        if (report === "halted") break;
        this.#detached = undefined;
        this.#callsMade += 1;
        await this.#reported(call, report, endsAt);
      }
      return this.#result();
    } finally {
      cancel();
    }
  }

  async #reported(call: Call, report: CallReport, endsAt: number): Promise<void> {
    const isRepeated = this.#isRepeated(call);
    if (isRepeated) this.#repeated = call;
    this.#apply(isRepeated ? shortened(report) : report);
    if (isRepeated) await this.#waitUntilDue(endsAt);
  }

  /**
   * Waits for the next attempt. Where an outcome of this batch must be durable before it (rule 5), the wait is short, and the next batch makes
   * the attempt.
   */
  async #waitUntilDue(endsAt: number): Promise<void> {
    const { call, until = Infinity, saga, isAtWait } = this.#replica;
    const { clock, onStop, repeats } = this.#ports;
    const latest = saga.barrier > this.#durable ? clock.now() + repeats.unrecordedMsMax : endsAt;
    const isWaiting = call === undefined && until < latest && !saga.isParked && !isAtWait;
    if (!isWaiting || this.#isHalted || this.#failure) return;
    const wait = Promise.withResolvers<"over" | "stopped">();
    const cancel = clock.wakeAt(until, () => wait.resolve("over"));
    // What is known of the call is recorded before the process stops.
    const forget = onStop(() => wait.resolve("stopped"));
    const first = await Promise.race([wait.promise, this.#halt.promise]);
    cancel();
    forget();
    if (first === "over") this.#apply({ woken: true, at: clock.now() });
  }

  #isRepeated(call: Call | undefined): boolean {
    return call !== undefined && call.attempt > this.#ports.repeats.attemptsMin;
  }

  /** The call to make now. */
  #next(): Call | undefined {
    const { call } = this.#replica;
    const isDue = call !== undefined && this.includes(call) && !this.#isHalted && this.#failure === undefined;
    return isDue && (this.#repeated === undefined || isRepetition(call, this.#repeated)) ? call : undefined;
  }

  #begin(call: Call): Promise<CallReport> {
    const { saga, turnsAt } = this.#replica;
    const { isInsistent, lost } = this.#options;
    const isFirst = this.#callsMade === 0;
    return observed(this.#ports.make(saga, call, { isInsistent: isInsistent && isFirst, lost, turnsAt }));
  }

  #apply(report: CallReport): void {
    try {
      this.#reports.add(report);
    } catch (failure) {
      this.#failure = { failure };
    }
  }

  #result(): BatchResult {
    return { reports: this.#reports.all, after: this.#failure ?? { replica: this.#replica }, detached: this.#detached };
  }
}

function isSame(one: Call, other: Call): boolean {
  return isRepetition(one, other) && one.attempt === other.attempt;
}

function isRepetition(one: Call, other: Call): boolean {
  return one.step === other.step && one.type === other.type;
}
