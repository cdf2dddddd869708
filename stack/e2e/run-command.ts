import { spawn } from "node:child_process";
import { resolve as resolvePath } from "node:path";
import process from "node:process";

/** Runs one of our commands, named from stack/src, its temporary files in that directory. */
export function runCommand(
  script: string,
  {
    directory,
    variables = {},
    parameters = [],
  }: {
    readonly directory: string;
    readonly variables?: Readonly<Record<string, string>>;
    readonly parameters?: readonly string[];
  },
) {
  const env = { ...process.env, NO_COLOR: "1", TMPDIR: directory, ...variables };
  const path = resolvePath(import.meta.dirname, "../src", script);
  const child = spawn(process.execPath, ["run", "-A", "--no-prompt", path, ...parameters], { env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += String(chunk);
    });
  }
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  return { child, said: () => said, exit: promise };
}
