import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { publishedManifest } from "./published-manifest.ts";
import { type PublishedNames, publishedNames } from "./published-names.ts";
import { publishedPage } from "./published-page.ts";
import { TEMPLATE, templateManifest } from "./published-template.ts";
import { runCommand } from "./run-command.ts";
import { readJson, type Workspace } from "./workspace.ts";

/** Compiles the published packages into their dist folders. Turbo does nothing for a package whose sources are as they were. */
export async function build({ root, packageManager, packages }: Workspace): Promise<void> {
  const filters = packages.map(({ name }) => `--filter=${name}`);
  await runCommand("npx", ["--yes", packageManager, "exec", "turbo", "run", "build", ...filters], root);
}

/**
 * Makes a tarball of each published package in a folder, from what `build` made. pnpm packs each package, because it knows what `catalog:` and
 * `workspace:` stand for; then everything in it that names a package of the workspace gets the published name, and it is packed again.
 * The same sources give the same bytes.
 *
 * @returns the paths of the tarballs, in the order of the packages.
 */
export async function pack(workspace: Workspace, destination: string): Promise<readonly string[]> {
  const { root, packageManager, packages } = workspace;
  const names = publishedNames(workspace);
  const work = await mkdtemp(join(tmpdir(), "release-"));
  try {
    const filters = packages.map(({ name }) => `--filter=${name}`);
    const packed = join(work, "packed");
    await runCommand("npx", ["--yes", packageManager, ...filters, "pack", "--pack-destination", packed], root);
    const staged = join(work, "staged");
    await Promise.all(
      packages.map(async ({ name, version }) => {
        const directory = join(staged, name);
        await mkdir(directory, { recursive: true });
        await runCommand("tar", ["xzf", join(packed, `${name}-${version}.tgz`), "--strip-components=1"], directory);
        await publish(directory, names);
      }),
    );
    await writeFile(join(staged, "pnpm-workspace.yaml"), "packages: ['*']\n");
    await writeFile(join(staged, "package.json"), "{}\n");
    const scoped = packages.map(({ name }) => `--filter=${names.of(name)}`);
    await runCommand("npx", ["--yes", packageManager, ...scoped, "pack", "--pack-destination", join(work, "again")], staged);
    await cp(join(work, "again"), destination, { recursive: true });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return packages.map(({ name, version }) => join(destination, tarballName(names.of(name), version)));
}

/** As npm and pnpm call the tarball of a scoped package. */
function tarballName(name: string, version: string): string {
  return `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`;
}

/** Rewrites the files of an unpacked package to what is published. */
async function publish(directory: string, names: PublishedNames): Promise<void> {
  const packed = await readJson(join(directory, "package.json"));
  const files = await readdir(directory, { recursive: true });
  const rewritten = files.flatMap((path) => {
    const how = TEMPLATE.test(path) ? rewriteTemplate(path, packed, names) : rewriteModule(path, names);
    return how ? [rewrite(join(directory, path), how)] : [];
  });
  await Promise.all(rewritten);
  await rewrite(join(directory, "README.md"), (text) => publishedPage(text, names));
  await writeFile(join(directory, "package.json"), written(publishedManifest(packed, names)));
}

type Rewrite = (text: string) => string;

function rewriteModule(path: string, names: PublishedNames): Rewrite | undefined {
  return isModule(path) ? (text) => names.inModule(text) : undefined;
}

/** A built web page has scripts, too: each stands beside the same bytes compressed, under a hash of them. */
function isModule(path: string): boolean {
  return /\.(?:js|d\.ts)$/.test(path) && !path.startsWith("dist/page/");
}

function rewriteTemplate(path: string, packed: unknown, names: PublishedNames): Rewrite | undefined {
  if (path.endsWith(".ts")) return (text) => names.inSource(text);
  if (path.endsWith(".md")) return (text) => publishedPage(text, names);
  return basename(path) === "package.json" ? (text) => written(templateManifest(JSON.parse(text), packed, names)) : undefined;
}

async function rewrite(path: string, how: Rewrite): Promise<void> {
  await writeFile(path, how(await readFile(path, "utf8")));
}

function written(manifest: object): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
