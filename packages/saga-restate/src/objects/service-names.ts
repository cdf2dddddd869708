import type { Controller } from "saga-core";

/**
 * What this installation's services are called in Restate. A saga's service carries the version of its definition: its sagas finish at a
 * deployment that has that version, whatever newer ones there are (rule 11).
 */
export class ServiceNames {
  readonly #namespace: string;

  /** @param namespace what all of them begin with: two installations on one Restate differ in it. */
  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  sagas({ name, version }: Pick<Controller, "name" | "version">): string {
    return `${this.allVersionsOf(name)}${version}`;
  }

  /** What the services of a definition's versions begin with. */
  allVersionsOf(definition: string): string {
    return `${this.sagasPrefix}${definition}.v`;
  }

  /** What the services of all sagas begin with. */
  get sagasPrefix(): string {
    return `${this.#namespace}.saga.`;
  }

  get starts(): string {
    return `${this.#namespace}.starts`;
  }

  get pauses(): string {
    return `${this.#namespace}.pauses`;
  }
}
