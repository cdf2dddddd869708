/**
 * Tells which files a `.dockerignore` keeps out of a build, as Docker reads it: a pattern fits a path or any folder above it, and the last
 * pattern that fits counts. Only `*` and `**` before a slash are known here.
 *
 * @returns a function that takes a path from the root of the build, with slashes.
 */
export function ignoredBy(text: string): (path: string) => boolean {
  const patterns = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isExcluded: !line.startsWith("!"), fits: fitting(line.replace(/^!/, "")) }));
  return (path) => {
    const parts = path.split("/");
    const above = parts.map((_part, index) => parts.slice(0, index + 1).join("/"));
    return patterns.findLast(({ fits }) => above.some((each) => fits.test(each)))?.isExcluded ?? false;
  };
}

function fitting(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*\/|\*)/)
    .map((part) => {
      if (part === "**/") return "(?:.*/)?";
      return part === "*" ? "[^/]*" : part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^${source}$`);
}
