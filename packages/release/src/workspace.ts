import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** A package of the workspace that is published: one below packages/ that is not private. */
export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  /** Its entry points: the name of each (`.`, `./testing`) and its file below src. Those in its `workspaceExports` are not published. */
  readonly entries: ReadonlyMap<string, string>;
}

/** What a release needs to know of the workspace. */
export interface Workspace {
  readonly root: string;
  /** The scope under which the packages are published: the `publish` of the root's package.json is the only place that says it. */
  readonly scope: string;
  /** The pinned pnpm, for npx: `pnpm@1.2.3`. */
  readonly packageManager: string;
  /** The version of the repository, which all published packages have: they are tested together, and released together. */
  readonly version: string;
  readonly packages: readonly PublishedPackage[];
}

const rootManifest = z.object({
  version: z.string(),
  packageManager: z.string(),
  publish: z.object({ scope: z.string().regex(/^@[a-z-]+$/) }),
});
const packageManifest = z.object({
  name: z.string(),
  version: z.string(),
  private: z.boolean().default(false),
  exports: z.record(z.string(), z.string()).default({}),
  // What only this workspace imports, because it needs the sources.
  workspaceExports: z.array(z.string()).default([]),
});

/** The packages that are imported; the others are commands. */
export function librariesOf({ packages }: Workspace): readonly PublishedPackage[] {
  return packages.filter(({ entries }) => entries.size > 0);
}

const repository = join(import.meta.dirname, "../../..");

/**
 * Reads the package.json of the root and of each package. The packages come in the order of their names.
 *
 * @throws Error when a published package has another version than the root.
 */
export async function readWorkspace(root: string = repository): Promise<Workspace> {
  const { version, packageManager, publish } = rootManifest.parse(await readJson(join(root, "package.json")));
  const names = (await readdir(join(root, "packages"))).toSorted();
  const manifests = await Promise.all(
    names.map(async (folder) => {
      const directory = join(root, "packages", folder);
      return { directory, ...packageManifest.parse(await readJson(join(directory, "package.json"))) };
    }),
  );
  const packages = manifests
    .filter((manifest) => !manifest.private)
    .map(({ name, version, directory, exports, workspaceExports }) => ({
      name,
      version,
      directory,
      entries: publishedEntries(exports, workspaceExports),
    }));
  const other = packages.find((each) => each.version !== version);
  if (other) throw new Error(`${other.name} has the version ${other.version}, and the root ${version}.`);
  return { root, scope: publish.scope, packageManager, version, packages };
}

function publishedEntries(
  exports: Readonly<Record<string, string>>,
  ofTheWorkspace: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(Object.entries(exports).filter(([entry]) => !ofTheWorkspace.includes(entry)));
}

export async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}
