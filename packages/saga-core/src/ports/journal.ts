import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";

/** An event, and what it made of its saga. */
export interface JournalRecord {
  readonly event: SagaEvent;
  /** The saga after the event, which is its record number `saga.seq`. */
  readonly saga: Saga;
  /** The saga's state in the words of its definition, for an index. */
  readonly state: string;
  /** When the saga needs its engine again, in milliseconds since the epoch; undefined when it is at rest. */
  readonly wakeAt: number | undefined;
}

/** The durable, append-only history of every saga. */
export interface Journal {
  /** Adds a record. Returns at once. A crash loses no record without losing all later ones of the same saga. */
  append(record: JournalRecord): void;

  /** Resolves when what was appended so far cannot be lost; rejects with a JournalError when that cannot be promised. */
  durable(): Promise<void>;

  /**
   * The raw records of a saga in order, appended ones included; undefined for one that it does not hold. They are validated by the
   * reader, which knows the definition.
   */
  load(id: string): Promise<readonly unknown[] | undefined>;

  /** The ids of sagas whose `wakeAt` is at or before the instant, oldest saga first. */
  due(instant: number): Promise<readonly string[]>;

  /** The id of the saga that started with this (scoped) Idempotency-Key. */
  idOfKey(idempotencyKey: string): Promise<string | undefined>;
}

/** The journal cannot hold or give back what it was asked to. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}
