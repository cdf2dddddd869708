/** A definition that cannot be built. The message names the definition, the step and what to change; nothing was started. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";

  constructor(definition: string, problem: string) {
    super(`The definition "${definition}" cannot be built: ${problem}`);
  }
}

/** The same version of a definition with other steps, kinds or words than its sagas started with (rule 11). */
export class FingerprintMismatch extends Error {
  override readonly name = "FingerprintMismatch";

  constructor(definition: string, problem: string) {
    super(`The definition "${definition}" is not the one that its sagas started with: ${problem}`);
  }
}
