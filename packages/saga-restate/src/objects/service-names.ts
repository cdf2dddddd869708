import type { Controller } from "saga-core";

/**
 * The names of this installation's services in Restate. The service of a definition carries its version, so that a saga ends at a deployment that
 * has that version, beside newer ones (rule 11).
 */
export class ServiceNames {
  readonly #namespace: string;

  /** @param namespace the prefix of all names; two installations on one Restate need different ones. */
  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  sagas({ name, version }: Pick<Controller, "name" | "version">): string {
    return `${this.allVersionsOf(name)}${version}`;
  }

  /** The prefix of the services of all versions of a definition. */
  allVersionsOf(definition: string): string {
    return `${this.sagasPrefix}${definition}.v`;
  }

  /** The prefix of the services of all sagas. */
  get sagasPrefix(): string {
    return `${this.#namespace}.saga.`;
  }

  get starts(): string {
    return `${this.#namespace}.starts`;
  }

  get pauses(): string {
    return `${this.#namespace}.pauses`;
  }

  /** Of what came for sagas after their end. */
  get later(): string {
    return `${this.#namespace}.later`;
  }

  get correlations(): string {
    return `${this.#namespace}.correlations`;
  }
}
