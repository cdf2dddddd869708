import type { CallKind } from "../definition/attempt.ts";

/** One call of a saga, whichever attempt it is. A probe is another call than the run that it looks up. */
export interface CallName {
  readonly sagaId: string;
  readonly step: string;
  readonly type: CallKind;
}

/** Where a saga waits, out of memory, for something that its records do not show. */
export interface WaitingPlace {
  readonly park: (sagaId: string) => void;
}

interface Unreturned {
  readonly sagaId: string;
  /** When the first of its attempts passed its deadline, in milliseconds since the epoch. */
  readonly since: number;
  attempts: number;
  isAwaited: boolean;
}

/**
 * The calls of this process that are past their deadline and have not returned (rule 9). Such a call is not made again here, and a person's
 * "not applied" does not count: its handler may still send something.
 */
export class UnreturnedCalls {
  readonly #calls = new Map<string, Unreturned>();
  readonly #resume: (sagaId: string) => void;

  /** @param resume called when a call has returned that its saga waits for. */
  constructor(resume: (sagaId: string) => void = () => undefined) {
    this.#resume = resume;
  }

  /** Notes that a call passed its deadline at `since` (milliseconds since the epoch). It is forgotten when `returned` resolves. */
  add(call: CallName, since: number, returned: Promise<void>): void {
    const name = nameOf(call);
    const unreturned = this.#calls.get(name);
    if (unreturned) unreturned.attempts += 1;
    else this.#calls.set(name, { sagaId: call.sagaId, since, attempts: 1, isAwaited: false });
    void returned.then(() => this.#remove(name));
  }

  /** Since when the call is past its deadline, in milliseconds since the epoch; undefined if it has returned, or has time left. */
  since(call: CallName): number | undefined {
    return this.#calls.get(nameOf(call))?.since;
  }

  /** Where the call's saga waits until it returns; undefined if there is nothing to wait for. */
  placeOf(call: CallName): WaitingPlace | undefined {
    const unreturned = this.#calls.get(nameOf(call));
    if (!unreturned) return undefined;
    const park = () => {
      unreturned.isAwaited = true;
    };
    return { park };
  }

  /** Notes that a saga waits no longer. */
  forget(sagaId: string): void {
    for (const unreturned of this.#calls.values()) if (unreturned.sagaId === sagaId) unreturned.isAwaited = false;
  }

  #remove(name: string): void {
    const unreturned = this.#calls.get(name);
    if (!unreturned) return;
    unreturned.attempts -= 1;
    if (unreturned.attempts > 0) return;
    this.#calls.delete(name);
    if (unreturned.isAwaited) this.#resume(unreturned.sagaId);
  }
}

function nameOf({ sagaId, step, type }: CallName): string {
  return `${sagaId}/${step}/${type}`;
}
