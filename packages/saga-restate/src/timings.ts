/**
 * Every tuning constant of this package, with its unit in its name and its reason. Those that depend on each other are held to it by
 * timings.test.ts.
 */
export const timings = {
  /** After this time a batch makes no further call and leaves the one under way to the next batch, so that its reports are recorded. */
  batchMsMax: 2_000,
  /**
   * A call that failed as often is repeated within its batch, and is then a batch of this length: each batch adds entries to Restate's journal,
   * which is never compacted and which each execution reads. Before, each attempt is recorded at once, for those who look.
   */
  repeatAttemptsMin: 16,
  repeatBatchMsMax: 20_000,
  /** An outcome that must be durable waits no longer than this for the next attempt: if the process is lost meanwhile, it is in doubt. */
  repeatUnrecordedMsMax: 100,
  /** Of the reports of such a batch, one stands for as many. */
  repeatReportsMax: 8,
  /** The longest text that is recorded of such an attempt, in characters: the first attempts have the whole text. */
  repeatTextMax: 100,
  /** How far the written record of a saga may lag behind while nothing but such attempts happens to it. */
  repeatUnwrittenMsMax: 300_000,
  /** The records of a call's failures in a saga's record, before one stands for them: see `eventsPerPart`. */
  failureRecordsMax: 16,
  /** How far the written record of a running saga may lag behind what Restate's journal holds. To write costs as much as a call. */
  unwrittenMsMax: 250,
  /** The events in a saga's record itself; earlier ones are in parts. The record is written again each time, so it must stay small. */
  eventsPerPart: 16,
  /** The parts that one look at a saga reads: a process never holds a whole long history. */
  partsPerLook: 16,
  /** After a pause this long the workflow may have moved to another execution: a checkpoint comes before the next call. */
  lateMsMin: 30_000,
  /** Restate suspends a workflow that does nothing for this long, and continues it in another execution. */
  inactivityMsMax: 60_000,
  /** Restate aborts an execution that does not suspend after `inactivityMsMax`: the longest call fits in. */
  abortMs: 3_600_000,
  /** Restate's own retries of an execution never end: `transition` decides when a saga gives up. */
  restateAttemptsMax: 1_000_000_000,

  /** A call waits this long in the queue of its participant; then its saga looks whether it still wants it, and queues again. */
  queuedMsMax: 10_000,
  /** A call refused because the process is stopping is tried again after this time, when the process is gone. */
  stoppingMs: 1_000,
  /** A call is tried again after this time, while an earlier attempt at it has not returned: at first, and later on. */
  unreturnedMsMin: 1_000,
  unreturnedMsMax: 300_000,

  /** An operation that the saga has not answered is sent again after this time: the saga may have ended, or moved. */
  operationResendMs: 1_000,
  /** How often an operation is sent before the caller gets the error that the saga does not answer. */
  operationSendsMax: 8,

  /** How often a signal whose correlation no saga has looks for one: at first, and later on. */
  holderLookMsMin: 50,
  holderLookMsMax: 1_000,

  /** A request to Restate's ingress that is not answered in this time has failed. It must outlast all sends of an operation. */
  ingressRequestMsMax: 10_000,
  /** Retries of a request that Restate's ingress refused: a partition that changes its leader refuses for a moment. */
  ingressRetry: { maxAttempts: 4, initialInterval: 50, maxInterval: 1_000, maxDuration: 4_000 },
  /** A request to Restate's admin API that is not answered in this time has failed; SQL over many sagas takes longer than a call. */
  adminRequestMsMax: 30_000,
  /** Retries of a request to the admin API, with this delay doubled each time: a node that has just started refuses for seconds. */
  adminRetriesMax: 6,
  adminRetryMsBase: 100,
  /** A registration at one node reaches the others a moment later; until then they refuse our services. */
  registrationLookMs: 100,
  registrationLooksMax: 50,
  /** Rows that one SQL query returns to be filtered here. */
  indexRowsMax: 500,

  /** A process relies on the pauses it read for this long, and the request that pauses a definition waits as long. */
  pauseCacheMs: 1_000,
  /** Cached pauses of this age are read again while sagas start, so that no start waits for it. */
  pauseRefreshMs: 500,
  /** The pauses are kept fresh for this long after the last start. */
  pauseWantedMs: 30_000,

  /** One request waits this long for the end of a saga, and is then repeated. */
  completionRequestMsMax: 60_000,
  /** How often a waiter looks whether a saga in another process needs a human: at first, and later on. */
  completionLookMsMin: 2_000,
  completionLookMsMax: 30_000,
  /** A saga that the object of its key has just sent is known to Restate a moment later: how often a waiter looks for it. */
  sentLookMs: 50,
  sentLooksMax: 40,
  /** A saga of this process that needs a human is about to be written: how often a waiter looks for it. */
  recordedLookMs: 50,
  recordedLooksMax: 40,
  /** A stopping process gives Restate this long to say where the sagas are that somebody waits for. */
  lastLookMs: 2_000,

  /** While somebody subscribes, changes in other processes are looked for this often. */
  changeLookMs: 1_000,
  /** A record written this long ago may only now be visible, and clocks of machines differ: each look goes back this far. */
  changeMarginMs: 5_000,

  /** Sagas that a process remembers beyond those that somebody waits for. */
  localSagasSpare: 2_000,
  /** Most events that a process remembers of a saga, its failures compacted; a longer history is written often enough. */
  localEventsMax: 64,
} as const;
