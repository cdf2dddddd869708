/**
 * Whether the next call of this execution was certainly not sent by an earlier one. After a lost process or connection Restate runs the
 * handler again and repeats the first run that has no recorded result: its calls may have been sent before (rule 3).
 */
export class Certainty {
  #isCertain = false;

  get isCertain(): boolean {
    return this.#isCertain;
  }

  /** A result is recorded. If this execution made it, any other begins after it; if an earlier one did, that one may have gone on. */
  recorded(isByThisExecution: boolean): void {
    this.#isCertain = isByThisExecution;
  }
}
