import type { Mutant as Change } from "test-kit/mutants";

export interface Mutant extends Change {
  /** Where two faults are too few to show it: at which definition, with how many, among those whose names this matches. */
  readonly needs?: Needs;
}

export interface Needs {
  readonly definition: string;
  readonly faults: number;
  readonly among: string;
}
