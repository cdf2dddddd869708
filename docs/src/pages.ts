import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A Markdown page, by its path from the root of the repository. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every page that people read: those at the root, and those below docs. */
export function readPages(): readonly Page[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((path) => join("docs", path));
  const paths = [...readdirSync(root, { encoding: "utf8" }), ...docs].filter(
    (path) => path.endsWith(".md") && !path.includes("node_modules"),
  );
  return paths.map((path) => ({ path: relative(root, join(root, path)), text: readFileSync(join(root, path), "utf8") }));
}

const MARKER = /<!-- generated: ([\w-]+) -->\n([\s\S]*?)<!-- end -->/g;

/** What stands between a page's markers, by the name of what generates it. */
export function generatedBlocks({ text }: Page): readonly (readonly [string, string])[] {
  return [...text.matchAll(MARKER)].map(([, name = "", block = ""]) => [name, block] as const);
}

/** The page with every block between markers made anew. */
export function regenerate({ text }: Page, make: (name: string) => string): string {
  return text.replaceAll(MARKER, (_block, name: string) => `<!-- generated: ${name} -->\n${make(name)}<!-- end -->`);
}
