import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** The folder in which the third-party tools are installed, apart from the root, which stays small. */
export const directory = join(import.meta.dirname, "../runners");

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 67_108_864;

/** Installs the tools. Does nothing when they are installed. */
export async function installRunners(): Promise<void> {
  await run("npx", ["--yes", "pnpm@12.21.0", "install", "--frozen-lockfile", "--dir", directory], { cwd: directory });
}

/** Runs a script of an installed tool with Node. Returns its output. */
export async function runNode(script: string, parameters: readonly string[], cwd = directory): Promise<string> {
  return await runCommand("node", [join(directory, "node_modules", script), ...parameters], cwd);
}

/** Returns the output of a command. Throws an error with the output when the command fails. */
export async function runCommand(command: string, parameters: readonly string[], cwd = directory): Promise<string> {
  try {
    return (await run(command, parameters, { cwd, maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  } catch (error) {
    const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    throw new Error(`${command} ${parameters.join(" ")} failed: ${output.slice(-4_000)}`, { cause: error });
  }
}
