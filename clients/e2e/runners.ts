import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Where what other people use is installed: apart from the root, which stays small. */
export const directory = join(import.meta.dirname, "../runners");

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 67_108_864;

/** Installs the runners, where that was not done before. */
export async function installRunners(): Promise<void> {
  await run("npx", ["--yes", "pnpm@12.21.0", "install", "--frozen-lockfile", "--dir", directory], { cwd: directory });
}

/** What a command that Node runs says. Rejects when it fails, with what it said. */
export async function runNode(script: string, parameters: readonly string[], cwd = directory): Promise<string> {
  return await runCommand("node", [join(directory, "node_modules", script), ...parameters], cwd);
}

export async function runCommand(command: string, parameters: readonly string[], cwd = directory): Promise<string> {
  try {
    return (await run(command, parameters, { cwd, maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    throw new Error(`${command} ${parameters.join(" ")} failed: ${said.slice(-4_000)}`, { cause: error });
  }
}
