import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** A change that makes something wrong on purpose, by another text in the place of one of the source. */
export interface Mutant {
  readonly name: string;
  /** Below `src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Trial {
  /** The package's folder. Its copy finds the same packages. */
  readonly root: string;
  /** The module whose function `tryMutant` looks for defects, below `src` or `e2e`. */
  readonly module: string;
  /** What that is called with, as JSON. */
  readonly argument: unknown;
}

/**
 * Gives what `tryMutant` gives in a copy of the source with the change.
 *
 * @throws Error where the source has no such text.
 */
export async function tryMutant({ file, from, to }: Mutant, { root, module, argument }: Trial): Promise<unknown> {
  const copy = mkdtempSync(join(tmpdir(), "mutant-"));
  try {
    cpSync(join(root, "package.json"), join(copy, "package.json"));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (const folder of ["src", "e2e"]) {
      cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
    }
    const mutated = join(copy, "src", file);
    const text = readFileSync(mutated, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no: ${from}`);
    writeFileSync(
      mutated,
      text.replace(from, () => to),
    );
    const program = join(copy, "try.ts");
    const path = JSON.stringify(join(copy, module));
    writeFileSync(
      program,
      `import { tryMutant } from ${path};\nconsole.log(JSON.stringify(await tryMutant(${JSON.stringify(argument)})));\n`,
    );
    return JSON.parse(await run(["run", "-A", "--no-prompt", program]));
  } finally {
    rmSync(copy, { recursive: true });
  }
}

async function run(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += String(chunk);
  });
  const ended = Promise.withResolvers<void>();
  child.on("error", ended.reject);
  child.on("close", () => ended.resolve());
  await ended.promise;
  return said;
}
