import { z } from "zod";
import { publishedVersions } from "./published-manifest.ts";
import type { PublishedNames } from "./published-names.ts";

const versions = z.record(z.string(), z.string());
const template = z.looseObject({ dependencies: versions, devDependencies: versions });
const packed = z.looseObject({ devDependencies: versions });

/** Which files of a package are its template: what a project begins with. */
export const TEMPLATE = /^template[/\\]/;

/**
 * The package.json of a project's template, as it is published. pnpm resolves `catalog:` and `workspace:` only in the manifest of the package
 * itself. So that package has every dependency of its template among its own devDependencies, and their versions are taken from there.
 *
 * @throws Error when the package has a dependency of its template not.
 */
export function templateManifest(manifest: unknown, packedManifest: unknown, names: PublishedNames): object {
  const { devDependencies: known } = packed.parse(packedManifest);
  const { dependencies, devDependencies, ...kept } = template.parse(manifest);
  const resolved = (versionOf: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    const pairs = Object.keys(versionOf).map((name) => {
      const version = known[name];
      if (version === undefined)
        throw new Error(`The template needs ${name}, which its package has not among its devDependencies.`);
      return [name, version] as const;
    });
    return publishedVersions(Object.fromEntries(pairs), names);
  };
  return { ...kept, dependencies: resolved(dependencies), devDependencies: resolved(devDependencies) };
}
