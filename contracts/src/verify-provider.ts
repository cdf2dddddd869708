import { fileURLToPath } from "node:url";
import { parseJson } from "./http.ts";
import type { Pact } from "./pact.ts";
import { root } from "./paths.ts";
import { runDeno } from "./run-deno.ts";
import { type InteractionResult, interactionResult, type VerifierTask } from "./verifier-task.ts";

const program = fileURLToPath(new URL("./verifier-process.ts", import.meta.url));

/** The verifier ended before it had reported every interaction; the message has its output. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
}

export interface ProviderVerification extends Omit<VerifierTask, "pacts"> {
  readonly pacts: readonly Pact[];
}

/**
 * Verifies pacts against a running service.
 *
 * @param onResult called with each result as soon as it is known.
 * @throws VerifierError if an interaction has no result, for example because the service cannot be reached.
 */
export async function verifyProvider(
  { pacts, ...task }: ProviderVerification,
  onResult: (result: InteractionResult) => void = () => undefined,
): Promise<readonly InteractionResult[]> {
  const argument: VerifierTask = { ...task, pacts: pacts.map(({ file }) => file) };
  const results: InteractionResult[] = [];
  const output: string[] = [];
  const code = await runDeno(["run", "-A", "--no-prompt", program, JSON.stringify(argument)], {
    directory: root,
    onLine: (line) => {
      const result = interactionResult.safeParse(parseJson(line)).data;
      if (!result) {
        output.push(line);
        return;
      }
      results.push(result);
      onResult(result);
    },
  });
  const expected = pacts.reduce((count, { interactions }) => count + interactions.length, 0);
  if (code === 0 && results.length === expected) return results;
  const summary = `${results.length} of ${expected} interactions were verified before the verifier ended with exit code ${code}`;
  throw new VerifierError(`${summary}: ${output.filter(Boolean).slice(-10).join("\n")}`);
}
