import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PublishedNames, pack, publishedNames, readWorkspace, runCommand, type Workspace } from "release";

const samples = join(import.meta.dirname, "../sample");
/** What the samples use besides our packages. */
const others = ["@hono/node-server", "hono", "uuid", "zod"];

/** The samples in a folder of their own outside the workspace, on the packed libraries. */
export interface PackedApp {
  readonly directory: string;
  readonly remove: () => Promise<void>;
}

/** Packs the libraries, which are built, and installs the tarballs in an empty folder beside the samples, as a consumer does. */
export async function makePackedApp(): Promise<PackedApp> {
  const workspace = await readWorkspace();
  const directory = await mkdtemp(join(tmpdir(), "runtimes-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const names = publishedNames(workspace);
    await install(workspace, names, directory);
    await copySamples(names, directory);
    return { directory, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function install(workspace: Workspace, names: PublishedNames, directory: string): Promise<void> {
  const tarballs = join(directory, "tarballs");
  await mkdir(tarballs);
  const packed = await pack(workspace, tarballs);
  const ours = workspace.packages.map(({ name }, index) => [names.of(name), `file:${packed[index]}`] as const);
  const pinned = await Promise.all(others.map(async (name) => [name, await pinnedVersion(workspace.root, name)] as const));
  const manifest = { private: true, type: "module", dependencies: Object.fromEntries([...ours, ...pinned]) };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest, null, 2));
  await runCommand("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"], directory);
}

/** The version that the catalog of the workspace names. */
async function pinnedVersion(root: string, name: string): Promise<string> {
  const catalog = await readFile(join(root, "pnpm-workspace.yaml"), "utf8");
  const [, version] = new RegExp(`^ {2}"?${name}"?: (\\S+)$`, "m").exec(catalog) ?? [];
  if (version === undefined) throw new Error(`The catalog has no ${name}.`);
  return version;
}

/** The samples import our packages by the names that they have here. */
async function copySamples(names: PublishedNames, directory: string): Promise<void> {
  await cp(samples, directory, { recursive: true });
  const files = (await readdir(samples)).filter((file) => file.endsWith(".ts"));
  await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(samples, file), "utf8");
      const published = text.replaceAll(
        /( from ")([\w-]+)((?:\/\w+)?")/g,
        (_import, before: string, name: string, after: string) => `${before}${names.of(name)}${after}`,
      );
      await writeFile(join(directory, file), published);
    }),
  );
}
