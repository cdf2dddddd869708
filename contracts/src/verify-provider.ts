import { fileURLToPath } from "node:url";
import { parseJson } from "./http.ts";
import type { Pact } from "./pact.ts";
import { root } from "./places.ts";
import { runDeno } from "./run-deno.ts";
import { type InteractionResult, interactionResult, type VerifierTask } from "./verifier-task.ts";

const program = fileURLToPath(new URL("./verifier-process.ts", import.meta.url));

/** The verifier ended before it had told of everything; the message is what it said. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
}

export interface ProviderVerification extends Omit<VerifierTask, "pacts"> {
  readonly pacts: readonly Pact[];
}

/**
 * Verifies pacts against a running service.
 *
 * @param onResult told of each interaction as soon as it is verified.
 * @throws VerifierError when not every interaction got its result, for instance because the service cannot be reached.
 */
export async function verifyProvider(
  { pacts, ...task }: ProviderVerification,
  onResult: (result: InteractionResult) => void = () => undefined,
): Promise<readonly InteractionResult[]> {
  const argument: VerifierTask = { ...task, pacts: pacts.map(({ file }) => file) };
  const results: InteractionResult[] = [];
  const said: string[] = [];
  const code = await runDeno(["run", "-A", "--no-prompt", program, JSON.stringify(argument)], {
    directory: root,
    onLine: (line) => {
      const result = interactionResult.safeParse(parseJson(line)).data;
      if (!result) {
        said.push(line);
        return;
      }
      results.push(result);
      onResult(result);
    },
  });
  const wanted = pacts.reduce((count, { interactions }) => count + interactions.length, 0);
  if (code === 0 && results.length === wanted) return results;
  const about = `${results.length} of ${wanted} interactions were verified, and then the verifier ended with ${code}`;
  throw new VerifierError(`${about}: ${said.filter(Boolean).slice(-10).join("\n")}`);
}
