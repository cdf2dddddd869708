import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type InteractionResult, interactionResult } from "./result.ts";
import type { VerifierTask } from "./verifier-process.ts";

const program = fileURLToPath(new URL("./verifier-process.ts", import.meta.url));

/** The verifier ended before it had told of everything; the message is what it said. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
}

/**
 * Verifies pacts against a running service.
 *
 * @param onResult told of each interaction as soon as it is verified.
 * @throws VerifierError when the verifier itself fails, for instance because the service cannot be reached.
 */
export async function verifyProvider(
  task: VerifierTask,
  onResult: (result: InteractionResult) => void = () => undefined,
): Promise<readonly InteractionResult[]> {
  const child = spawn(process.execPath, ["run", "-A", "--no-prompt", program, JSON.stringify(task)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PACT_DO_NOT_TRACK: "true", DENO_NO_UPDATE_CHECK: "1" },
  });
  const ended = Promise.withResolvers<number | null>();
  child.on("error", ended.reject);
  child.on("close", (code) => ended.resolve(code));
  const results: InteractionResult[] = [];
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    const result = readResult(line);
    if (!result) {
      said.push(line);
      continue;
    }
    results.push(result);
    onResult(result);
  }
  const code = await ended.promise;
  if (code !== 0) throw new VerifierError(`It could not be verified: ${said.join("\n")}`);
  return results;
}

function readResult(line: string): InteractionResult | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return interactionResult.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
