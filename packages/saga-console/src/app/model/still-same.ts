import { type Signal, signal } from "@preact/signals";
import type { Saga } from "../api/replies.ts";

/** `computing`: the saga has changed, and it is not known yet what follows. `unsure`: that could not be computed. */
export type Sameness = "same" | "computing" | "changed" | "unsure";

/** Whether what a person is asked to confirm would still follow. It is computed again whenever the saga changes, before anything may be sent. */
export class StillSame {
  readonly state: Signal<Sameness> = signal("same");
  readonly #expected: string;
  readonly #compute: () => Promise<unknown>;
  #mark: string;

  /**
   * @param mark the saga as it was when that was computed: another mark, another saga.
   * @param expected what followed then.
   * @param compute what follows now.
   */
  constructor(mark: string, expected: unknown, compute: () => Promise<unknown>) {
    this.#mark = mark;
    this.#expected = JSON.stringify(expected);
    this.#compute = compute;
  }

  /** The saga is now so. What has once changed is not confirmed any more: the person looks again. */
  async at(mark: string): Promise<void> {
    if (mark === this.#mark || this.state.peek() === "changed") return;
    this.#mark = mark;
    this.state.value = "computing";
    const found = await this.#found();
    // A later change is computed by its own call.
    if (this.#mark === mark) this.state.value = found;
  }

  async #found(): Promise<Sameness> {
    try {
      return JSON.stringify(await this.#compute()) === this.#expected ? "same" : "changed";
    } catch {
      return "unsure";
    }
  }
}

/** It is another one after each change of the saga. */
export function markOf({ updated_at: changed, status, state, steps }: Saga): string {
  return JSON.stringify([changed, status, state, steps.map(({ step, status: at }) => [step, at])]);
}
