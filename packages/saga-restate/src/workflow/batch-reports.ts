import { compactedRecord, type FailureRange, rangeAfter } from "saga-core/engine";
import type { CallReport } from "../objects/messages.ts";
import type { SagaReplica } from "./saga-replica.ts";

/**
 * The reports of a batch, each applied to its replica. Where one call fails again and again, one report stands for many: Restate's journal is
 * never compacted later. A replay of the reports makes the same saga, and the same events.
 */
export class BatchReports {
  readonly #replica: SagaReplica;
  readonly #reportsMax: number;
  readonly #all: CallReport[] = [];
  /** The failures that the reports end with. Each of its records is one report. */
  #failures: FailureRange | undefined;

  /** @param reportsMax how many reports of one call's failures are kept before one stands for them. */
  constructor(replica: SagaReplica, reportsMax: number) {
    this.#replica = replica;
    this.#reportsMax = reportsMax;
  }

  get all(): readonly CallReport[] {
    return this.#all;
  }

  /** @throws the failure to apply it. It is among the reports all the same. */
  add(report: CallReport): void {
    this.#all.push(report);
    const before = this.#replica.saga;
    this.#replica.applyReport(report);
    const [applied, ...more] = this.#replica.appliedAfter(before.seq);
    const isOne = applied !== undefined && more.length === 0;
    this.#failures = isOne ? rangeAfter(this.#failures, before, applied) : undefined;
    if (applied?.event.type === "answered") this.#compact();
  }

  /** Only where the saga waits now: then the report restores all that a replica has. */
  #compact(): void {
    const failures = this.#failures;
    const { saga, call, until } = this.#replica;
    if (!failures || failures.held < this.#reportsMax || call || until === undefined) return;
    const compacted = compactedRecord(failures, saga);
    this.#all.splice(-failures.held, failures.held, { compacted, until });
    this.#replica.compact(compacted);
    this.#failures = { ...failures, held: 1 };
  }
}
