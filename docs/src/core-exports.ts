import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPages, root, workspaces } from "./pages.ts";

const core = "packages/saga-core";

/** A name that an entry point of saga-core exports, and its declaration without the bodies of its functions. */
export interface CoreExport {
  readonly name: string;
  readonly declaration: string;
}

/** Every name that the entry points of saga-core export. */
export function coreExports(): readonly CoreExport[] {
  return ["index.ts", "engine.ts", "testing.ts"].flatMap((entry) => {
    const source = read(join(core, "src", entry));
    return [...source.matchAll(/^export (?:type )?\{([^}]*)\} from "\.\/([^"]+)";$/gm)].flatMap(([, names = "", file = ""]) =>
      namesIn(names).map((name) => ({ name, declaration: declarationOf(name, read(join(core, "src", file))) })),
    );
  });
}

/** The names that the code of another folder, an example in a comment, or a page names. */
export function namesOutsideCore(): ReadonlySet<string> {
  const code = workspaces().flatMap((folder) => sourcesBelow(folder).map(read));
  const imported = code.flatMap((source) =>
    [...source.matchAll(/(?:import|export) (?:type )?\{([^}]*)\} from "saga-core(?:\/\w+)?"/g)].flatMap(([, names = ""]) =>
      namesIn(names.replaceAll(/^ \* /gm, "")),
    ),
  );
  // What an upgrade had to react to is not what is used now.
  const pages = readPages().filter(({ path }) => path !== "docs/upgrade.md");
  const shown = pages.flatMap(({ text }) =>
    [...text.matchAll(/^```[\s\S]*?^```$|`[^`\n]+`/gm)].flatMap(([code]) => wordsOf(code)),
  );
  return new Set([...imported, ...shown]);
}

/** The names that are used outside, and those that the declaration of one of these names, and so on. */
export function reachedNames(exported: readonly CoreExport[], outside: ReadonlySet<string>): ReadonlySet<string> {
  const reached = new Set<string>();
  const add = ({ name, declaration }: CoreExport) => {
    if (reached.has(name)) return;
    reached.add(name);
    const words = new Set(wordsOf(declaration));
    for (const each of exported) if (words.has(each.name)) add(each);
  };
  for (const each of exported) if (outside.has(each.name)) add(each);
  return reached;
}

/**
 * The declaration of a top-level name, with its comment, which names what it throws. Bodies are left out: what is indented deeper than a
 * member and follows an opened block of code.
 */
function declarationOf(name: string, source: string): string {
  const [, comment = "", kind = "", rest = ""] =
    new RegExp(
      String.raw`((?:^/\*\*(?:(?!\*/)[\s\S])*\*/\n)?)^export (?:declare )?(?:abstract )?(async function|function|class|interface|type|const) ${name}\b([\s\S]*?)(?=^(?:/\*\*|export|function|class|const|interface|type|abstract|async)|$(?![\s\S]))`,
      "m",
    ).exec(source) ?? [];
  if (kind === "") throw new TypeError(`There is no declaration of ${name}.`);
  const thrown = comment.match(/@throws[\s\S]*/)?.[0] ?? "";
  switch (kind) {
    case "interface":
    case "type":
      return rest;
    case "const":
      return `${thrown}${rest.split(" = ")[0]}`;
    case "class":
      return `${thrown}${publicMembersOf(rest)}`;
    default:
      return `${thrown}${rest.split(/ \{\n(?= {2}\S)/).at(0)}`;
  }
}

/** The members of a class that others see, without their bodies. */
function publicMembersOf(declaration: string): string {
  const [head = "", ...members] = declaration.split(/\n(?= {2}(?! |\/|\*|\}|\)))/);
  const seen = members.filter((member) => !/^ {2}(?:readonly |static )*#|^ {2}(?:async |get )?#|^ {2}private /.test(member));
  return [head, ...seen.map((member) => member.split(/ \{\n(?= {4}\S)/)[0])].join("\n");
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sourcesBelow(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** The names in the braces of an import or an export. */
function namesIn(braces: string): readonly string[] {
  return braces
    .split(",")
    .map((each) =>
      each
        .trim()
        .replace(/^type /, "")
        .replace(/ as .*$/, ""),
    )
    .filter((name) => name !== "");
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\w+/g) ?? [];
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
