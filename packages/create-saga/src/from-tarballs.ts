import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Manifest } from "./manifest.ts";
import { UsageError } from "./usage-error.ts";

export interface Release {
  /** The scope under which its packages are named, with its @. */
  readonly scope: string;
  readonly version: string;
}

/**
 * The project's package.json, with the packages of a release from the tarballs in a folder. Those that only other packages of the release
 * need are its `overrides`, because npm would look for them in the registry.
 *
 * @throws UsageError when a tarball that the project needs is not there.
 */
export function fromTarballs(manifest: Manifest, { scope, version }: Release, from: string, target: string): Manifest {
  const folder = resolve(from);
  const [prefix, suffix] = [`${scope.slice(1)}-`, `-${version}.tgz`];
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const path = (file: string) => `file:${relative(target, join(folder, file)).split(sep).join("/")}`;
  const packed = new Map<string, string>(
    files
      .filter((file) => file.startsWith(prefix) && file.endsWith(suffix))
      .map((file) => [`${scope}/${file.slice(prefix.length, -suffix.length)}`, path(file)] as const),
  );
  const needed = Object.keys(manifest.dependencies).filter((name) => name.startsWith(`${scope}/`));
  const missing = needed.filter((name) => !packed.has(name)).map((name) => `${prefix}${name.slice(scope.length + 1)}${suffix}`);
  if (missing.length > 0) throw new UsageError(`--from ${from}: there is no ${missing.join(", no ")}.`);
  const [direct, others] = [new Map<string, string>(), new Map<string, string>()];
  for (const [name, file] of packed) (needed.includes(name) ? direct : others).set(name, file);
  others.delete(`${scope}/create-saga`);
  const dependencies = { ...manifest.dependencies, ...Object.fromEntries(direct) };
  return { ...manifest, dependencies, overrides: Object.fromEntries(others) };
}
