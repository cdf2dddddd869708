import type { Claim, GivenId } from "../transition/command.ts";
import type { Compacted, OperatorNote, SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";

/** An event of a saga, and the saga after it: one record of a journal. */
export interface JournalRecord {
  readonly event: SagaEvent;
  /** The saga after the event, which is its record number `saga.seq`. */
  readonly saga: Saga;
  /** The saga's state in the words of its definition, for an index. */
  readonly state: string;
  /** The step that it is about, for an index. */
  readonly step: string | undefined;
  /** The correlations by which the saga is found from this record on, unless another saga has them. Absent: none. */
  readonly claims?: readonly Claim[] | undefined;
}

/** What a saga is found by. */
export type IndexedSaga = Pick<JournalRecord, "saga" | "state" | "step">;

/** The durable, append-only history of every saga. */
export interface Journal {
  /**
   * Adds the first record of a saga. Resolves when it is durable. Rejects with a JournalError when it cannot be written: then the
   * journal does not hold the saga, and never will, even if more of its records were appended.
   */
  begin(record: JournalRecord): Promise<void>;

  /**
   * Adds a further record. Returns at once, and writes it before long, even if no caller waits for it. A crash loses no record without losing
   * all later ones of the same saga. A `compacted` record takes the place of those that it stands for: they are deleted in the transaction
   * that adds it. Its claims are indexed in that transaction too, and for as long as the saga is kept; the first claim of a correlation counts.
   */
  append(record: JournalRecord): void;

  /**
   * Brings the index up to date with a saga that was read and sleeps on, so that no further record of it may come for long: after a crash the index
   * may be behind its records. Absent: the journal's index never is.
   */
  indexAgain?(found: IndexedSaga): void;

  /**
   * Puts compacted records in the place of those that they stand for, in one transaction, before long. It changes nothing of what a saga is:
   * a crash, or a journal that cannot be written, may leave the records as they are.
   */
  compact(id: string, records: readonly CompactedRecord[]): void;

  /**
   * Resolves when everything appended so far cannot be lost. While the journal cannot be written it waits: nothing that was appended is
   * forgotten, and it is written when that is possible again.
   *
   * @param id the saga whose records are waited for. Default: all sagas.
   */
  durable(id?: string): Promise<void>;

  /** Why nothing can be written at present; undefined if writing works. While it is set, no saga begins and nothing is sent. */
  readonly failure: JournalError | undefined;

  /**
   * A page of a saga's records in order, appended ones included; empty where there are no more, and for a saga that it does not hold. Between
   * two pages records may be compacted: then one on the later page stands for some of the earlier page too.
   */
  load(id: string, page: RecordPage): Promise<readonly StoredRecord[]>;

  /** The ids of open sagas, oldest first, after `after`: of those that were running when last recorded, or of those that needed a human. */
  open(page: OpenPage): Promise<readonly string[]>;

  /** The versions and fingerprints of the sagas that have not ended: running ones, and those that need a human. Damaged ones are left out. */
  openVersions(): Promise<readonly OpenVersion[]>;

  /** The id of the saga that started with this (scoped) Idempotency-Key. */
  idOfKey(idempotencyKey: string): Promise<string | undefined>;

  /**
   * The id of another saga that was given an id too: one of its steps' results, appended records included, has the same value in the member
   * of the same name. Undefined if there is none.
   *
   * @throws JournalError when the journal cannot be read or written at present.
   */
  holderOf(query: HolderQuery): Promise<string | undefined>;

  /**
   * The id of the saga that holds a correlation, appended records included. Undefined if there is none.
   *
   * @throws JournalError when the journal cannot be read at present.
   */
  holderOfCorrelation(query: CorrelationQuery): Promise<string | undefined>;

  /** The paused definitions. */
  pauses(): Promise<readonly Pause[]>;

  /**
   * Pauses a definition, or replaces its pause. Resolves when that is durable.
   *
   * @throws JournalError when it cannot be written: then nothing has changed.
   */
  pause(pause: Pause): Promise<void>;

  /** Ends the pause of a definition. Resolves when that is durable. */
  endPause(definition: string): Promise<void>;
}

/** A record as a journal gives it back. */
export interface StoredRecord {
  /** Its number. Numbers rise, with gaps where records were compacted. */
  readonly seq: number;
  /**
   * The event in JSON, not validated: that is done by the reader, which has the definition. A text is given for a damaged one, in the place of
   * records that are known to be missing, and after the records of a saga of which anything else is damaged: the saga cannot be read.
   */
  readonly event: unknown;
}

/** A record that stands for several, with the number of the last of them. */
export interface CompactedRecord {
  readonly seq: number;
  readonly event: Compacted;
}

/** One page of a saga's records. */
export interface RecordPage {
  /** The number of the last record of the page before; 0 for the first page. */
  readonly after: number;
  /** The most records on the page. */
  readonly limit: number;
}

/** The number of the first record that a record stands for: its own, if it is not compacted. */
export function firstSeqOf({ event, saga }: Pick<JournalRecord, "event"> & { readonly saga: Pick<Saga, "seq"> }): number {
  return event.type === "compacted" ? saga.seq - event.records + 1 : saga.seq;
}

/** An id that a participant gave to a saga, and may have given to another one later. */
export interface HolderQuery extends GivenId {
  /** Only sagas that changed at this instant or later, in milliseconds since the epoch. */
  readonly since: number;
  /** The id of the saga that asks. */
  readonly except: string;
}

/** A correlation of a step that waits, in the text by which a sender names it. */
export interface CorrelationQuery {
  readonly definition: string;
  readonly step: string;
  readonly correlation: string;
}

/** A correlation as one text, to look it up by. */
export function correlationName({ definition, step, correlation }: CorrelationQuery): string {
  return JSON.stringify([definition, step, correlation]);
}

/** Whether a saga was given the id that a query is about, and the query does not leave it out. */
export function isHolder(
  { id, updatedAt, data }: Pick<Saga, "id" | "updatedAt" | "data">,
  { member, value, since, except }: HolderQuery,
): boolean {
  return id !== except && updatedAt >= since && data[member] === value;
}

/** The pause of a definition: no saga of it starts until the pause ends. */
export interface Pause extends OperatorNote {
  readonly definition: string;
  /** Since when, in milliseconds since the epoch. */
  readonly at: number;
  /** Set if the definition paused itself, because too many of its sagas came to need a human; `note` has the numbers. Absent: an operator did. */
  readonly automatic?: true;
  /** Set by a journal if it is damaged: only the name is known, which may be wrong, and the instant. */
  readonly damaged?: true;
}

/** One page of the list of open sagas. */
export interface OpenPage {
  readonly status: "running" | "needs_intervention";
  /** The last id of the page before; absent for the first page. */
  readonly after?: string | undefined;
  /** The most ids on the page. */
  readonly limit: number;
}

/** A version of a definition that has open sagas. */
export interface OpenVersion {
  readonly definition: string;
  readonly version: number;
  readonly fingerprint: string;
  /** One of its sagas, for a message. */
  readonly example: string;
  /** How many of its sagas are running. */
  readonly running: number;
}

/** Thrown if the journal cannot be written or read. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}
