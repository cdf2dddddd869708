/**
 * Whether what this execution of a workflow is about to send was certainly not sent by an earlier one. Restate runs a handler again when
 * its process or its connection is lost, and then repeats the first call that has no recorded answer: that one may have been sent
 * before (rule 3). Every later call in the same execution is new, because what came before it is recorded, and by this execution.
 */
export class Certainty {
  #isCertain: boolean;

  /** @param isFirst whether nobody else can have run this workflow before. */
  constructor(isFirst: boolean) {
    this.#isCertain = isFirst;
  }

  get isCertain(): boolean {
    return this.#isCertain;
  }

  /** What this execution did is recorded: whoever takes over begins after it. */
  recorded(): void {
    this.#isCertain = true;
  }
}

/** For how long another process's saga having come here means that this one is not alone. */
const COMPANY_MS = 60_000;

/**
 * Which sagas this process may begin without a fence. A fence is a durable record before the first call, after which that call is certainly
 * the first; it costs a trip to Restate. Where one process serves all sagas, it can know without: it started the saga, and it has not run
 * it yet. Where several do, most sagas begin elsewhere, so all have the fence. It is only a matter of speed: a saga whose first
 * call is granted to a process, and begins in another one, is taken for one that may have been sent.
 */
export class FirstCalls {
  readonly #granted = new Set<string>();
  #companyUntil = -Infinity;

  /** Whether the saga's first call is granted to this process. */
  grant(sagaId: string, now: number): boolean {
    const isAlone = now >= this.#companyUntil;
    if (isAlone) this.#granted.add(sagaId);
    return isAlone;
  }

  /** Whether this process begins a saga that was granted to it: true once. */
  take(sagaId: string): boolean {
    return this.#granted.delete(sagaId);
  }

  /** A saga came here that another process started. */
  metCompany(now: number): void {
    this.#companyUntil = now + COMPANY_MS;
  }
}
