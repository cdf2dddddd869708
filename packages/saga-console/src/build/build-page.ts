import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

export interface PageBuild {
  /** The folder of `index.html`. */
  readonly sources: string;
  /** Where the page and its assets are written. */
  readonly directory: string;
}

/** Bytes, compressed by gzip: of the page with the scripts and styles that it names, and of what is loaded where it is needed. */
export interface PageSizes {
  readonly firstLoadBytes: number;
  readonly laterBytes: number;
}

/** Builds a page and its assets, each compressed beside itself. */
export async function buildPage({ sources, directory }: PageBuild): Promise<PageSizes> {
  // Only a build needs it.
  const { build } = await import("vite");
  await build({
    root: sources,
    base: "./",
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      outDir: directory,
      emptyOutDir: true,
      target: "es2022",
      modulePreload: false,
      // Nothing is inline, as the policy of the page says.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  });
  const folder = join(directory, "assets");
  const page = await readFile(join(directory, "index.html"));
  const html = page.toString();
  let firstLoadBytes = gzipSync(page).byteLength;
  let laterBytes = 0;
  for (const name of await readdir(folder)) {
    const bytes = await compress(join(folder, name));
    if (html.includes(name)) firstLoadBytes += bytes;
    else laterBytes += bytes;
  }
  return { firstLoadBytes, laterBytes };
}

async function compress(path: string): Promise<number> {
  const bytes = await readFile(path);
  const gzip = gzipSync(bytes, { level: 9 });
  await writeFile(`${path}.gz`, gzip);
  await writeFile(`${path}.br`, brotliCompressSync(bytes));
  return gzip.byteLength;
}

/** Whether there is a build that is as new as every file of these folders. */
export async function isPageCurrent({
  sources,
  directory,
}: {
  readonly sources: readonly string[];
  readonly directory: string;
}): Promise<boolean> {
  const builtAt = await changedAt(join(directory, "index.html"));
  if (builtAt === undefined) return false;
  const changes = await Promise.all(sources.map((folder) => changesIn(folder)));
  return changes.flat().every((at) => at === undefined || at <= builtAt);
}

async function changesIn(folder: string): Promise<readonly (number | undefined)[]> {
  const names = await readdir(folder, { recursive: true });
  return await Promise.all(names.map((name) => changedAt(join(folder, name))));
}

async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
