import { z } from "zod";
import type { PublishedNames } from "./published-names.ts";

const versions = z.record(z.string(), z.string());
const manifest = z.looseObject({
  name: z.string(),
  dependencies: versions.default({}),
  peerDependencies: versions.optional(),
  scripts: z.unknown(),
  devDependencies: z.unknown(),
  workspaceExports: z.unknown().optional(),
});

/**
 * The package.json that is published, from the one that pnpm packed: under its published name, and without what only this workspace uses. The
 * packages of one release depend on each other exactly, because they are tested together. Of another dependency any newer version of the same
 * major is taken, so that a consumer need not wait for us where it has a repair.
 */
export function publishedManifest(packed: unknown, names: PublishedNames): object {
  const { scripts: _scripts, devDependencies: _own, workspaceExports: _ours, ...read } = manifest.parse(packed);
  const { dependencies, peerDependencies, ...kept } = read;
  return {
    ...kept,
    name: names.of(kept.name),
    dependencies: publishedVersions(dependencies, names),
    ...(peerDependencies && { peerDependencies: publishedVersions(peerDependencies, names) }),
  };
}

/** Dependencies under their published names: an exact version of a package of the same release, any of the same major of another one. */
export function publishedVersions(
  versionOf: Readonly<Record<string, string>>,
  names: PublishedNames,
): Readonly<Record<string, string>> {
  const renamed = Object.entries(versionOf).map(([name, version]) => {
    const published = names.of(name);
    return [published, published === name ? `^${version}` : version] as const;
  });
  return Object.fromEntries(renamed);
}
