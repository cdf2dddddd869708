import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A Markdown page, by its path from the root of the repository. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** The folders whose subfolders have pages too. */
const DEEP = ["docs", "examples"];

/** Every page that people read: at the root, below docs and examples, and beside a package. */
export function readPages(): readonly Page[] {
  const below = DEEP.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  );
  const beside = workspaces().filter((folder) => !DEEP.includes(folder));
  const paths = [...namesIn(""), ...below, ...beside.flatMap((folder) => namesIn(folder))].filter(
    (path) => path.endsWith(".md") && !path.includes("node_modules"),
  );
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** @throws Error when there is no such page. */
export function pageAt(path: string): Page {
  const page = readPages().find((each) => each.path === path);
  if (!page) throw new Error(`There is no page ${path}.`);
  return page;
}

/** The folders of the workspace's packages, as pnpm-workspace.yaml names them. */
export function workspaces(): readonly string[] {
  const [, list = ""] = /^packages:\n((?: {2}- .+\n)+)/m.exec(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")) ?? [];
  const globs = [...list.matchAll(/- (\S+)/g)].map(([, glob = ""]) => glob);
  const folders = globs.flatMap((glob) => (glob.endsWith("/*") ? namesIn(glob.slice(0, -2)) : [glob]));
  return folders.filter((folder) => existsSync(join(root, folder, "package.json")));
}

/** The paths of what a folder holds, from the root of the repository. */
function namesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { encoding: "utf8" }).map((name) => join(folder, name));
}

const MARKER = /<!-- generated: ([\w-]+) -->\n([\s\S]*?)<!-- end -->/g;

/** The generated blocks of a page: name and text. */
export function generatedBlocks({ text }: Page): readonly (readonly [string, string])[] {
  return [...text.matchAll(MARKER)].map(([, name = "", block = ""]) => [name, block] as const);
}

/** The text of the page, with every generated block replaced. */
export function regenerate({ text }: Page, make: (name: string) => string): string {
  return text.replaceAll(MARKER, (_block, name: string) => `<!-- generated: ${name} -->\n${make(name)}<!-- end -->`);
}
