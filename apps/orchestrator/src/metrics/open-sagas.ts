import type { FoundSaga } from "saga-core";
import { type OpenPhaseName, openPhaseOf } from "saga-core/engine";
import { OldestFirst } from "./oldest-first.ts";

/** How many sagas of a definition are at something, and since when the oldest is. */
export interface OpenCount {
  readonly definition: string;
  readonly phase: OpenPhaseName;
  readonly count: number;
  /** In milliseconds since the epoch. Absent: there is none. */
  readonly oldestSince?: number;
}

interface Place {
  readonly definition: string;
  readonly phase: OpenPhaseName;
  readonly sagas: OldestFirst;
}

/**
 * The open sagas of a process, by what they are at. Each event moves its saga, so that telling the counts takes no longer for many sagas than for a
 * few, and reads nothing.
 */
export class OpenSagas {
  readonly #places = new Map<string, Map<OpenPhaseName, Place>>();
  readonly #placeOf = new Map<string, Place>();

  /** Notes where a saga is. One that is where it was stays with its first instant there. */
  note(found: FoundSaga): void {
    const { id, definition } = found.saga;
    const before = this.#placeOf.get(id);
    const phase = openPhaseOf(found);
    if (before?.phase === phase?.name) return;
    before?.sagas.delete(id);
    if (!phase) {
      this.#placeOf.delete(id);
      return;
    }
    const place = this.#place(definition, phase.name);
    place.sagas.add(id, phase.since);
    this.#placeOf.set(id, place);
  }

  get counts(): readonly OpenCount[] {
    return [...this.#places.values()].flatMap((phases) =>
      [...phases.values()].map(({ definition, phase, sagas }) => {
        const { size: count, oldest: oldestSince } = sagas;
        return { definition, phase, count, ...(oldestSince !== undefined && { oldestSince }) };
      }),
    );
  }

  #place(definition: string, phase: OpenPhaseName): Place {
    const phases = this.#places.get(definition) ?? new Map<OpenPhaseName, Place>();
    this.#places.set(definition, phases);
    const place = phases.get(phase) ?? { definition, phase, sagas: new OldestFirst() };
    phases.set(phase, place);
    return place;
  }
}
