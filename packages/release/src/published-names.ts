import type { Workspace } from "./workspace.ts";

/** Gives the packages of the workspace the names under which they are published, wherever a program imports them. */
export class PublishedNames {
  readonly #scope: string;
  readonly #names: readonly string[];

  constructor(scope: string, names: readonly string[]) {
    this.#scope = scope;
    this.#names = names;
  }

  /** The published name of a package; the name itself if the package is not of this workspace. */
  of(name: string): string {
    return this.#names.includes(name) ? `${this.#scope}/${name}` : name;
  }

  /**
   * A compiled module or its declarations: what it imports has its published name. The compiler leaves `.ts` in the relative specifiers of
   * declarations, where a published file is called `.js`.
   */
  inModule(text: string): string {
    return this.#imported(text, (relative) => relative.replace(/\.ts$/, ".js"));
  }

  /** A source file that a project begins with: what it imports has its published name. */
  inSource(text: string): string {
    return this.#imported(text, (relative) => relative);
  }

  /** A page for people: its code, its names in backticks and its heading have the published names. */
  inPage(text: string): string {
    const named = this.#names.toSorted((one, other) => other.length - one.length).join("|");
    return this.inModule(text)
      .replaceAll(new RegExp(`\`((?:${named})(?:/[a-z]+)?)\``, "g"), (_match, name: string) => `\`${this.#scoped(name)}\``)
      .replace(new RegExp(`^# (${named})$`, "m"), (_match, name: string) => `# ${this.of(name)}`);
  }

  #imported(text: string, ofRelative: (specifier: string) => string): string {
    return text.replaceAll(SPECIFIER, (_match, before: string, specifier: string, after: string) => {
      const isRelative = specifier.startsWith(".");
      return `${before}${isRelative ? ofRelative(specifier) : this.#scoped(specifier)}${after}`;
    });
  }

  #scoped(specifier: string): string {
    const [name = "", ...path] = specifier.split("/");
    return [this.of(name), ...path].join("/");
  }
}

/** The published names of the packages of a workspace. */
export function publishedNames({ scope, packages }: Workspace): PublishedNames {
  return new PublishedNames(
    scope,
    packages.map(({ name }) => name),
  );
}

/** What follows `from`, `import`, `import(` or `declare module`, in quotes. */
const SPECIFIER = /(\b(?:from|import|declare module) ?\(? ?["'])([^"'\n]+)(["'])/g;
