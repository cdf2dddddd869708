import type { Clock, Saga } from "saga-core";
import { type Call, observed } from "saga-core/engine";
import type { CallReport } from "../objects/messages.ts";
import { timings } from "../timings.ts";
import type { AttemptOptions } from "./attempts.ts";
import type { SagaReplica } from "./saga-replica.ts";

/** A call that was made and has not reported yet. */
export interface CallUnderWay {
  readonly call: Call;
  readonly report: Promise<CallReport>;
}

export interface CallBatchPorts {
  readonly clock: Clock;
  readonly make: (saga: Saga, call: Call, options: AttemptOptions) => Promise<CallReport>;
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
 * process is lost, those not recorded yet are in doubt, as after a restart of an engine that does not wait for its disk.
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
  readonly #reports: CallReport[] = [];
  #detached: CallUnderWay | undefined;
  #failure: { readonly failure: unknown } | undefined;

  /** @param replica a fork whose events are all in Restate's journal. */
  constructor(replica: SagaReplica, options: CallBatchOptions, ports: CallBatchPorts) {
    this.#replica = replica;
    this.#options = options;
    this.#ports = ports;
    this.#durable = replica.saga.seq;
    this.#detached = options.detached;
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
    const { clock } = this.#ports;
    const endsAt = clock.now() + timings.batchMsMax;
    let cancel: () => void = () => undefined;
    try {
      for (let call = this.#next(); call; call = clock.now() < endsAt ? this.#next() : undefined) {
        if (this.#reports.length === 1) cancel = clock.wakeAt(endsAt, () => this.halt());
        if (!this.#detached || !isSame(this.#detached.call, call)) this.#detached = { call, report: this.#begin(call) };
        const report = await Promise.race([this.#detached.report, this.#halt.promise]);
        if (report === "halted") break;
        this.#detached = undefined;
        this.#apply(report);
      }
      return this.#result();
    } finally {
      cancel();
    }
  }

  /** The call to make now. */
  #next(): Call | undefined {
    const { call } = this.#replica;
    const isDue = call !== undefined && this.includes(call) && !this.#isHalted && this.#failure === undefined;
    return isDue ? call : undefined;
  }

  #begin(call: Call): Promise<CallReport> {
    const { saga, until: turnsAt = Infinity } = this.#replica;
    const { isInsistent, lost } = this.#options;
    const isFirst = this.#reports.length === 0;
    return observed(this.#ports.make(saga, call, { isInsistent: isInsistent && isFirst, lost, turnsAt }));
  }

  #apply(report: CallReport): void {
    this.#reports.push(report);
    try {
      this.#replica.applyReport(report);
    } catch (failure) {
      this.#failure = { failure };
    }
  }

  #result(): BatchResult {
    return { reports: this.#reports, after: this.#failure ?? { replica: this.#replica }, detached: this.#detached };
  }
}

function isSame(one: Call, other: Call): boolean {
  return one.step === other.step && one.type === other.type && one.attempt === other.attempt;
}
