import type { Controller } from "../definition/controller.ts";
import { isJsonObject } from "../json.ts";
import { messageOf } from "../message-of.ts";
import { type HistoryEntry, UnreadableSaga } from "../ports/engine.ts";
import type { CompactedRecord, StoredRecord } from "../ports/journal.ts";
import { compactedRecord, FAILURE_RECORDS_MAX, type FailureRange, rangeAfter } from "../transition/compaction.ts";
import { readEvent } from "../transition/read-event.ts";
import type { Saga } from "../transition/saga.ts";
import { transition } from "../transition/transition.ts";
import { fingerprintMismatch } from "./fingerprint-mismatch.ts";

/** A saga that is read from its records one after the other. */
export class SagaReplay {
  readonly controller: Controller;
  readonly #id: string;
  #saga: Saga | undefined;
  #failures: FailureRange | undefined;
  readonly #long: CompactedRecord[] = [];

  constructor(controller: Controller, id: string) {
    this.controller = controller;
    this.#id = id;
  }

  /** The number of the last record that was read; 0 before the first one. */
  get seq(): number {
    return this.#saga?.seq ?? 0;
  }

  /** @throws UnreadableSaga before the first record. */
  get saga(): Saga {
    return this.#saga ?? this.#fail("it has no records");
  }

  /** The range of failures that the records end with, as it is when it is compacted; undefined if they end with none. */
  get failures(): FailureRange | undefined {
    return this.#failures && isCompactable(this.#failures, this.saga) ? { ...this.#failures, held: 1 } : this.#failures;
  }

  /** The records that may take the place of some that were read, because the saga has too many. */
  get compactable(): readonly CompactedRecord[] {
    return this.#saga && this.#failures ? [...this.#long, ...compactedIfLong(this.#failures, this.#saga)] : this.#long;
  }

  /** Whether the record stands for some that were read before: they were compacted meanwhile. */
  wasCompactedInto({ seq, event }: StoredRecord): boolean {
    const records = isJsonObject(event) && event["type"] === "compacted" ? Number(event["records"]) : 1;
    return seq > this.seq && seq - records < this.seq;
  }

  /**
   * Applies a record. One that is missing before it is noticed by its number.
   *
   * @throws UnreadableSaga if the definition has another fingerprint, or the record does not fit it.
   */
  applyRecord({ seq, event }: StoredRecord): HistoryEntry {
    const entry = this.apply(event);
    return entry.seq === seq ? entry : this.#fail(`what is recorded under number ${seq} makes record ${entry.seq}`);
  }

  /** @throws UnreadableSaga if the definition has another fingerprint, or the event does not fit it. */
  apply(raw: unknown): HistoryEntry {
    if (typeof raw === "string") return this.#fail(`what follows its record ${this.seq} is damaged`);
    if (!this.#saga) this.#refuseOtherFingerprint(raw);
    try {
      const event = readEvent(this.controller, raw);
      const { saga } = transition(this.controller, this.#saga, event);
      const range = rangeAfter(this.#failures, this.#saga, { event, saga });
      const hasEnded = this.#failures && (range?.records ?? 0) <= this.#failures.records;
      if (this.#saga && this.#failures && hasEnded) this.#long.push(...compactedIfLong(this.#failures, this.#saga));
      this.#failures = range;
      this.#saga = saga;
      return { seq: saga.seq, event, saga };
    } catch (cause) {
      return this.#fail(messageOf(cause), cause);
    }
  }

  #refuseOtherFingerprint(start: unknown): void {
    if (!isJsonObject(start) || start["fingerprint"] === this.controller.fingerprint) return;
    const cause = fingerprintMismatch(this.controller, `saga ${this.#id} runs`);
    throw new UnreadableSaga(cause.message, { cause });
  }

  #fail(problem: string, cause?: unknown): never {
    throw new UnreadableSaga(`Saga ${this.#id} cannot be read: ${problem}`, { cause });
  }
}

/**
 * Whether a journal has far more records of a range than it is compacted at: an earlier version wrote them. No range ends while its saga is
 * parked.
 */
function isCompactable({ held }: FailureRange, { isParked }: Saga): boolean {
  return held > 2 * FAILURE_RECORDS_MAX && !isParked;
}

function compactedIfLong(range: FailureRange, saga: Saga): readonly CompactedRecord[] {
  return isCompactable(range, saga) ? [{ seq: saga.seq, event: compactedRecord(range, saga) }] : [];
}
