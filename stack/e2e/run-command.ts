import { spawn } from "node:child_process";
import { resolve as resolvePath } from "node:path";
import process from "node:process";

/** Runs a command by its path below stack/src. Its temporary files are in `directory`. */
export function runCommand(
  script: string,
  {
    directory,
    variables = {},
    parameters = [],
    isGroup = false,
  }: {
    readonly directory: string;
    readonly variables?: Readonly<Record<string, string>>;
    readonly parameters?: readonly string[];
    /** Whether it leads a process group of its own, as a command in a terminal does. Default: false. */
    readonly isGroup?: boolean;
  },
) {
  const env = { ...process.env, NO_COLOR: "1", TMPDIR: directory, ...variables };
  const path = resolvePath(import.meta.dirname, "../src", script);
  const child = spawn(process.execPath, ["run", "-A", "--no-prompt", path, ...parameters], { env, detached: isGroup });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
    });
  }
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  return { child, output: () => output, exit: promise };
}
