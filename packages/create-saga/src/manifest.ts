import { readFileSync } from "node:fs";

/** What this command reads of a package.json. The other members are kept as they are. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

/** @throws TypeError when the file is no package.json with a name and a version. */
export function readManifest(path: string): Manifest {
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isRecord(manifest)) throw new TypeError(`${path} is no object.`);
  const { name, version, dependencies } = manifest;
  if (typeof name !== "string" || typeof version !== "string") throw new TypeError(`${path} has no name or no version.`);
  return { ...manifest, name, version, dependencies: isRecord(dependencies) ? dependencies : {} };
}

function isRecord(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null;
}
