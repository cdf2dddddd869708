import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const src = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "examples-"));
afterAll(() => rmSync(folder, { recursive: true }));

const entries = { "saga-core": "index.ts", "saga-core/engine": "engine.ts", "saga-core/testing": "testing.ts" };

/** The example as a program outside the package: it reaches the entry points by their paths. */
function programOf(example: string): string {
  return Object.entries(entries).reduce(
    (text, [name, file]) => text.replaceAll(`from "${name}"`, `from ${JSON.stringify(join(src, file))}`),
    example,
  );
}

function examplesInComments(): readonly string[] {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((path) => /(?<!\.test)\.ts$/.test(path));
  return files.flatMap((path) =>
    [...readFileSync(join(src, path), "utf8").matchAll(/@example\n \* ```ts\n([\s\S]*?) \* ```/g)].map(([, block = ""]) =>
      block.replaceAll(/^ \* ?/gm, ""),
    ),
  );
}

const readme = readFileSync(join(src, "../README.md"), "utf8");
const [, readmeExample = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
const [, readmeOutput = ""] = /```text\n([\s\S]*?)```/.exec(readme) ?? [];

function write(name: string, example: string): string {
  const path = join(folder, name);
  writeFileSync(path, programOf(example));
  return path;
}

describe("the examples of saga-core", () => {
  it("compile, both in the comments and in the README", () => {
    const examples = examplesInComments();
    expect(examples.length).toBeGreaterThan(3);
    const files = [...examples, readmeExample].map((example, index) => write(`example-${index}.ts`, example));
    const config = join(folder, "tsconfig.json");
    const compilerOptions = { lib: ["es2024", "dom"], types: [] };
    writeFileSync(config, JSON.stringify({ extends: join(src, "../../../tsconfig.base.json"), compilerOptions, files }));
    const compiler = join(src, "../node_modules/.bin/tsc");
    const { status, stdout } = spawnSync(compiler, ["--project", config], { encoding: "utf8" });
    expect([stdout, status]).toEqual(["", 0]);
  });

  it("print the output that the README shows", () => {
    const path = write("readme.ts", readmeExample);
    const output = execFileSync(process.execPath, ["run", "--no-prompt", path], { encoding: "utf8" });
    expect(output).toBe(readmeOutput);
  });
});
