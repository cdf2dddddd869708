import type { Mutant as Change } from "test-kit/mutants";

export interface Mutant extends Change {
  /**
   * Where two faults are too few to show it: at which definition, with how many, among those whose names this matches. `contract` and
   * `many sagas`: no run of one saga shows it, and the contract of the engines must, or a run of many sagas.
   */
  readonly needs?: Needs | "contract" | "many sagas";
}

export interface Needs {
  readonly definition: string;
  readonly faults: number;
  readonly among: string;
}
