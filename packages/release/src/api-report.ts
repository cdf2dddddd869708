import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type DeclaredModule, type Origin, readDeclarations } from "./declared-module.ts";
import type { PublishedPackage } from "./workspace.ts";

/** The file beside a package's package.json that holds its report. A test compares it, so that no change of an export goes unseen. */
export const REPORT = "api.txt";

/**
 * The API of a package, from the declarations in its dist folder: the names that each entry point exports, and the declaration of each of
 * them and of everything of the package that these name.
 */
export async function apiReport({ name, directory, entries }: PublishedPackage): Promise<string> {
  const reader = new ModuleReader(join(directory, "dist"));
  const lists: string[] = [];
  for (const [entry, source] of [...entries].toSorted(byName)) {
    const path = source.replace("./src/", "").replace(/\.ts$/, "");
    const { exports } = await reader.read(path);
    const names = [...exports].toSorted(byName).map(([each]) => `  ${each}\n`);
    lists.push(`${name}${entry.slice(1)}\n${names.join("")}`);
    for (const each of exports.keys()) await reader.reach(path, each);
  }
  return `The API of ${name}. Made by \`pnpm --filter release run update\`.\n\n${lists.join("\n")}\n${reader.reached()}`;
}

/** Reads the modules of a package, and notes the declarations that were reached. */
class ModuleReader {
  readonly #dist: string;
  readonly #modules = new Map<string, Promise<DeclaredModule>>();
  readonly #reached = new Map<string, Map<string, string>>();

  constructor(dist: string) {
    this.#dist = dist;
  }

  async read(path: string): Promise<DeclaredModule> {
    const known = this.#modules.get(path) ?? readFile(join(this.#dist, `${path}.d.ts`), "utf8").then(readDeclarations);
    this.#modules.set(path, known);
    return await known;
  }

  /** Notes the declaration of an exported or declared name of a module, and of all that it names. */
  async reach(path: string, name: string): Promise<void> {
    const { declarations, imports, exports } = await this.read(path);
    const text = declarations.get(name);
    if (text === undefined) {
      const origin = exports.get(name) ?? imports.get(name);
      if (origin && origin.specifier === undefined) await this.reach(path, origin.name);
      else await this.#follow(path, origin);
      return;
    }
    const reached = this.#reached.get(path) ?? new Map<string, string>();
    this.#reached.set(path, reached);
    if (reached.has(name)) return;
    reached.set(name, text);
    for (const [word] of text.matchAll(/[\w$]+/g)) if (declarations.has(word) || imports.has(word)) await this.reach(path, word);
    for (const [, specifier = "", inner = ""] of text.matchAll(/import\("([^"]+)"\)\.([\w$]+)/g))
      await this.#follow(path, { specifier, name: inner });
  }

  /** Another package has a report of its own. */
  async #follow(path: string, origin: Origin | undefined): Promise<void> {
    if (origin?.specifier === undefined || !origin.specifier.startsWith(".")) return;
    const target = relative(this.#dist, join(this.#dist, dirname(path), origin.specifier)).replace(/\.ts$/, "");
    await this.reach(target, origin.name);
  }

  /** Everything that was reached, by module and name. */
  reached(): string {
    return [...this.#reached]
      .toSorted(byName)
      .map(
        ([path, texts]) =>
          `// ${path}\n${[...texts]
            .toSorted(byName)
            .map(([, text]) => `${text}\n`)
            .join("")}`,
      )
      .join("\n");
  }
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
