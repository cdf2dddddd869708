/**
 * Whether what this execution of a workflow is about to send was certainly not sent by an earlier one. Restate runs a handler again when
 * its process or its connection is lost, and then repeats the first run that has no recorded result: its calls may have been made
 * before (rule 3). What follows a record of this execution is new: whoever takes over begins after it.
 */
export class Certainty {
  #isCertain: boolean;

  /** @param isFirst whether nobody else can have run this workflow before without leaving a trace. */
  constructor(isFirst: boolean) {
    this.#isCertain = isFirst;
  }

  get isCertain(): boolean {
    return this.#isCertain;
  }

  /** Something is recorded: done by this execution, whoever takes over begins after it; done by an earlier one, that one may have gone on. */
  recorded(isByThisExecution: boolean): void {
    this.#isCertain = isByThisExecution;
  }
}

/** For how long another process's saga having come here, or one of ours having gone elsewhere, means that this process is not alone. */
const COMPANY_MS = 60_000;

/** So many of its own sagas in a row began here before a process takes itself for alone. */
const ALONE_AFTER = 3;

/**
 * Which sagas this process may begin without a fence. A fence is a durable record before the first call, after which that call is certainly
 * the first; it costs a trip to Restate. Where one process serves all sagas, it can know without: it started the saga, and it has not run
 * it yet. Where several do, a saga begins anywhere, so all have the fence. Another process that meets a saga whose first call is granted
 * takes it for one that was begun, and records that before it sends anything: the grant is void by it. That is right, but slow, so
 * a grant is only given where none is expected to.
 */
export class FirstCalls {
  readonly #granted = new Set<string>();
  #companyUntil = -Infinity;
  #begunHere = 0;

  /** Whether the saga's first call is granted to this process. */
  grant(sagaId: string, now: number): boolean {
    const isAlone = this.#begunHere >= ALONE_AFTER && now >= this.#companyUntil;
    if (isAlone) this.#granted.add(sagaId);
    return isAlone;
  }

  /** A saga that this process started has begun here. Whether it was granted: true once. */
  begin(sagaId: string): boolean {
    this.#begunHere += 1;
    return this.#granted.delete(sagaId);
  }

  /** A saga came here that another process started. */
  metCompany(now: number): void {
    this.#begunHere = 0;
    this.#companyUntil = now + COMPANY_MS;
  }

  /** The saga was not started: its key has one. */
  withdraw(sagaId: string): void {
    this.#granted.delete(sagaId);
  }

  /** No more is to be heard of a saga that this process started: one that was granted and did not begin here began elsewhere. */
  over(sagaId: string, now: number): void {
    if (this.#granted.delete(sagaId)) this.metCompany(now);
  }
}
