import type { Controller } from "../definition/controller.ts";
import { FingerprintMismatch } from "../definition/definition-error.ts";

/**
 * Makes the error for a definition whose fingerprint is not the one that open sagas started with. It is returned, not thrown.
 *
 * @param runningSagas which sagas they are, with the verb, such as `open sagas run`.
 */
export function fingerprintMismatch(
  { name, version }: Pick<Controller, "name" | "version">,
  runningSagas: `saga ${string} runs` | "open sagas run",
): FingerprintMismatch {
  const advice = "its steps, their kinds or their words changed: raise the version, and register the old one beside it";
  return new FingerprintMismatch(name, `${runningSagas} version ${version} with another fingerprint; ${advice}`);
}
