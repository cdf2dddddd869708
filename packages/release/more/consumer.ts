import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { librariesOf, publishedNames, readJson, runCommand, type Workspace } from "release";

/** What a consumer of the REST surface installs beside our packages, and what `saga-http/testing` asks for. */
const OWN_DEPENDENCIES = ["hono", "zod", "uuid", "@types/node", "ajv", "ajv-formats", "@redocly/openapi-core"];

/** The workspace's compiler. */
const TSC = join(import.meta.dirname, "../node_modules/.bin/tsc");

/** A project in an empty folder outside the workspace, into which npm installs tarballs as a user does. */
export class Consumer {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async make({ root }: Workspace, tarballs: readonly string[]): Promise<Consumer> {
    const catalog = await readFile(join(root, "pnpm-workspace.yaml"), "utf8");
    const own = OWN_DEPENDENCIES.map((name) => `${name}@${pinned(catalog, name)}`);
    const consumer = new Consumer(await mkdtemp(join(tmpdir(), "consumer-")));
    await consumer.#write("package.json", JSON.stringify({ private: true, type: "module" }));
    await consumer.#command("npm", ["install", "--no-audit", "--no-fund", ...tarballs, ...own]);
    return consumer;
  }

  /** A module that imports every entry point of every package, and one for saga-core alone. */
  async addEveryEntry({ scope, packages }: Workspace): Promise<void> {
    const specifiers = packages.flatMap(({ name, entries }) =>
      [...entries.keys()].map((entry) => `${scope}/${name}${entry.slice(1)}`),
    );
    const imports = specifiers.map((specifier, index) => `import * as m${index} from "${specifier}";\n`);
    const shown = specifiers.map((specifier, index) => `console.log("${specifier}", Object.keys(m${index}).length);\n`);
    await this.#write("every-entry.ts", [...imports, ...shown].join(""));
    await this.#write("core.ts", `export * from "${scope}/saga-core";\nexport * as engine from "${scope}/saga-core/engine";\n`);
  }

  /** The whole app of docs/own-saga.md. */
  async addTripApp(workspace: Workspace): Promise<void> {
    const names = publishedNames(workspace);
    await this.#write("trip-app.ts", names.inModule(await readFile(join(workspace.root, "docs/src/trip-app.ts"), "utf8")));
  }

  /** Writes the first example in the README of each library to a module, `example-saga-core.ts`. */
  async addExamples(workspace: Workspace): Promise<void> {
    for (const { name } of librariesOf(workspace)) {
      const page = await readFile(join(this.#directory, "node_modules", workspace.scope, name, "README.md"), "utf8");
      const [, example] = /```ts\n([\s\S]+?)```/.exec(page) ?? [];
      if (example === undefined) throw new Error(`The README of ${name} has no example.`);
      await this.#write(`example-${name}.ts`, example);
    }
  }

  /**
   * Compiles modules of the project with the strictest options, the declarations of its packages included.
   *
   * @throws Error with what the compiler says.
   */
  async compile(platform: { readonly lib: readonly string[]; readonly types: readonly string[] }, files?: readonly string[]) {
    const options = { target: "es2022", module: "nodenext", strict: true, skipLibCheck: false, noEmit: true, ...platform };
    await this.#write(
      "tsconfig.json",
      JSON.stringify({ compilerOptions: options, ...(files ? { files } : { include: ["*.ts"] }) }),
    );
    await this.#command(TSC, ["--project", "."]);
  }

  /** Returns what a module of the project prints under Deno. */
  async run(module: string): Promise<string> {
    return await this.#command(process.execPath, ["run", "-A", "--no-prompt", "--cached-only", "--no-remote", module]);
  }

  async readJson(path: string): Promise<unknown> {
    return await readJson(join(this.#directory, path));
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #command(command: string, parameters: readonly string[]): Promise<string> {
    return await runCommand(command, parameters, this.#directory);
  }

  async #write(path: string, text: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await writeFile(join(this.#directory, path), text);
  }
}

/** The version of a package that the catalog of the workspace pins. */
function pinned(catalog: string, name: string): string {
  const line = catalog.split("\n").find((each) => each.startsWith(`  "${name}":`) || each.startsWith(`  ${name}:`));
  if (line === undefined) throw new Error(`The catalog has no ${name}.`);
  return line.slice(line.lastIndexOf(" ") + 1);
}
