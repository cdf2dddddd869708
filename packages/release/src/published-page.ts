import type { PublishedNames } from "./published-names.ts";

/** A link to a file of the repository, which is not in the tarball: beside the package, or its source. */
const REPOSITORY_LINK = /\[([^\]]+)\]\((?!https?:|#)((?:\.\.\/)*)([^)#]+)(?:#[^)]*)?\)/g;

/** A README as it is published: with the published names, and without links that lead nowhere from there. */
export function publishedPage(text: string, names: PublishedNames): string {
  const linked = text.replaceAll(REPOSITORY_LINK, (_match, label: string, up: string, path: string) => {
    if (!up) return label;
    return path.endsWith(label) ? `\`${path}\` of the repository` : `${label} (\`${path}\` of the repository)`;
  });
  return names.inPage(linked);
}
