import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fromTarballs, type Release } from "./from-tarballs.ts";
import { readManifest } from "./manifest.ts";
import type { Request } from "./read-request.ts";
import { UsageError } from "./usage-error.ts";

/** Where projects come from: the template, and the release whose packages it uses. */
export interface Source {
  readonly template: string;
  readonly release: Release;
}

/**
 * Makes the folder: the template's files, in which only names are other.
 *
 * @returns the paths of its files, in order.
 * @throws UsageError when it cannot; then nothing was written.
 */
export function createProject({ template, release }: Source, request: Request, cwd: string): readonly string[] {
  const target = resolve(cwd, request.folder);
  refuseOccupied(target);
  const manifest = readManifest(join(template, request.runtime, "package.json"));
  if (request.name in manifest.dependencies)
    throw new UsageError(`"${request.name}" is a package that the project needs: take another name.`);
  const named = { ...manifest, name: request.name };
  const from = request.from === undefined ? undefined : resolve(cwd, request.from);
  const written = from === undefined ? named : fromTarballs(named, release, from, target);
  mkdirSync(target, { recursive: true });
  cpSync(join(template, "common"), target, { recursive: true });
  // A package may not contain a .gitignore: npm would follow it.
  renameSync(join(target, "gitignore"), join(target, ".gitignore"));
  for (const file of filesIn(target)) rename(join(target, file), request);
  // Not renamed as the others are: the path of the tarballs stays.
  writeFileSync(join(target, "package.json"), `${JSON.stringify(written, null, 2)}\n`);
  return filesIn(target);
}

function refuseOccupied(target: string): void {
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory())
    throw new UsageError(`${target} is a file. Name a folder that is empty, or not there yet.`);
  const [first] = readdirSync(target);
  if (first === undefined) return;
  throw new UsageError(`${target} is not empty: it has ${first}. Name a folder that is empty, or not there yet.`);
}

function filesIn(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths.filter((path) => statSync(join(folder, path)).isFile()).toSorted();
}

function rename(path: string, { name, runtime }: Request): void {
  const text = readFileSync(path, "utf8");
  const run = runtime === "deno" ? "deno task" : "npm run";
  writeFileSync(path, text.replaceAll("my-saga", name).replaceAll("MySaga", pascal(name)).replaceAll("npm run", run));
}

/** In the case of classes: my-saga becomes MySaga. */
function pascal(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
