import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import { root } from "./paths.ts";

const manifest = z.object({ name: z.string(), dependencies: z.record(z.string(), z.string()).default({}) });

/** The hash of a package: its sources, those of the workspace packages that it depends on, and the lockfile. */
export function sourceHash(name: string): string {
  const workspace = findPackages();
  if (!workspace.has(name)) throw new TypeError(`The workspace has no package ${name}.`);
  const hash = createHash("sha256");
  const files = [...closure(name, workspace)].flatMap((directory) => [
    join(directory, "package.json"),
    ...readdirSync(join(directory, "src"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isSource(join(entry.parentPath, entry.name)))
      .map((entry) => join(entry.parentPath, entry.name)),
  ]);
  for (const file of [...files, join(root, "pnpm-lock.yaml")].toSorted((one, other) => (one < other ? -1 : 1))) {
    hash.update(`${relative(root, file)}\0${readFileSync(file).toString("base64")}\0`);
  }
  return hash.digest("hex");
}

function isSource(path: string): boolean {
  return !path.endsWith(".test.ts") && !path.includes("/testing/");
}

/** The directories of a package and of the workspace packages that it depends on at run time. */
function closure(name: string, workspace: ReadonlyMap<string, string>, found = new Set<string>()): ReadonlySet<string> {
  const directory = workspace.get(name);
  if (directory === undefined || found.has(directory)) return found;
  found.add(directory);
  const { dependencies } = readManifest(directory);
  for (const dependency of Object.keys(dependencies)) closure(dependency, workspace, found);
  return found;
}

/** The directory of each package of the workspace. */
function findPackages(): ReadonlyMap<string, string> {
  const directories = ["apps", "packages"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
  );
  const packages = directories.filter((directory) => existsSync(join(directory, "package.json")));
  return new Map(packages.map((directory) => [readManifest(directory).name, directory]));
}

function readManifest(directory: string): z.output<typeof manifest> {
  return manifest.parse(JSON.parse(readFileSync(join(directory, "package.json"), "utf8")));
}
