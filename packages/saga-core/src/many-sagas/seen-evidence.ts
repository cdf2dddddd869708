import type { Outcome } from "../definition/outcome.ts";

/** The different sagas that failed at each participant since its last clear answer, as the participants see it. */
export class SeenEvidence {
  readonly #failed = new Map<string, Set<string>>();

  /** How many sagas failed at a participant. */
  sagasAt(participant: string): number {
    return this.#failed.get(participant)?.size ?? 0;
  }

  /** A call of a saga has ended at its participant. */
  ended(participant: string, sagaId: string, { outcome }: Outcome<object>): void {
    const failed = this.#failed.get(participant) ?? new Set();
    this.#failed.set(participant, failed);
    if (outcome === "done" || outcome === "rejected") failed.clear();
    else failed.add(sagaId);
  }

  clear(): void {
    this.#failed.clear();
  }
}
