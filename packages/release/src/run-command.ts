import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 67_108_864;

/**
 * Returns what a command wrote to its output.
 *
 * @throws Error with the end of its output and of its errors when it fails.
 */
export async function runCommand(command: string, parameters: readonly string[], cwd: string): Promise<string> {
  try {
    return (await run(command, parameters, { cwd, maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  } catch (error) {
    const texts = error instanceof Error ? ["stdout", "stderr"].map((name) => textOf(error, name)) : [];
    throw new Error(`${command} ${parameters.join(" ")} failed: ${texts.join("\n")}`, { cause: error });
  }
}

const OUTPUT_SHOWN = 4_000;

function textOf(error: Error, name: string): string {
  const text: unknown = Object.entries(error).find(([key]) => key === name)?.[1];
  return typeof text === "string" ? text.slice(-OUTPUT_SHOWN) : "";
}
