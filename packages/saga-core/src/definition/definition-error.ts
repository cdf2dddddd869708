/** Thrown for a definition that cannot be built. The message names the definition and its problem; nothing was started. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";

  constructor(definition: string, problem: string) {
    super(`The definition "${definition}" cannot be built: ${problem}`);
  }
}

/**
 * Thrown for a definition whose steps, kinds or words are not the ones that its open sagas started with, although its version is the same
 * (rule 11). Raise the version, and register the old one beside it.
 */
export class FingerprintMismatch extends Error {
  override readonly name = "FingerprintMismatch";

  constructor(definition: string, problem: string) {
    super(`The definition "${definition}" is not the one that its sagas started with: ${problem}`);
  }
}
