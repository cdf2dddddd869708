import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** A defect on purpose: a text of the source is replaced by another one. */
export interface Mutant {
  readonly name: string;
  /** Path of the source file below `src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Trial {
  /** The folder of the package. Its copy has the same dependencies. */
  readonly root: string;
  /** Path of the module whose function `tryMutant` looks for defects, from the folder of the package. */
  readonly module: string;
  /** The argument of that function, which must be JSON. */
  readonly argument: unknown;
}

/**
 * Copies a package, changes its source, and gives the result of the module's `tryMutant` in the copy.
 *
 * @throws Error when the source does not contain the text to replace.
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
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  const ended = Promise.withResolvers<void>();
  child.on("error", ended.reject);
  child.on("close", () => ended.resolve());
  await ended.promise;
  return output;
}
