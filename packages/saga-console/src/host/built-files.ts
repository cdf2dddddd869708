import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the build writes the page and its assets, and where they are read: a host with a list of folders allows it. */
export const builtDirectory: string = fileURLToPath(new URL("../../dist/page/", import.meta.url));

/** How a file of the build can be sent: as it is, or compressed. */
export interface BuiltFile {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip?: Uint8Array<ArrayBuffer>;
  readonly br?: Uint8Array<ArrayBuffer>;
}

/** A build of the console: its page, and its assets by their names, which have a hash of their content. */
export interface BuiltFiles {
  readonly page: string;
  readonly assets: ReadonlyMap<string, BuiltFile>;
}

const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Reads a build; undefined where there is none. Only names that are listed here are ever served, so no path of a request reaches the disk. */
export async function readBuiltFiles(directory: string): Promise<BuiltFiles | undefined> {
  const page = await readText(join(directory, "index.html"));
  if (page === undefined) return undefined;
  const folder = join(directory, "assets");
  const names = await readdir(folder);
  const files = names
    .map((name) => ({ name, type: types[name.split(".").at(-1) ?? ""] }))
    .map(async ({ name, type }): Promise<readonly (readonly [string, BuiltFile])[]> => {
      if (type === undefined) return [];
      const compressed = (encoding: "gzip" | "br", suffix: string) =>
        names.includes(`${name}${suffix}`)
          ? readFile(join(folder, `${name}${suffix}`)).then((bytes) => ({ [encoding]: new Uint8Array(bytes) }))
          : Promise.resolve({});
      const plain = new Uint8Array(await readFile(join(folder, name)));
      return [[name, { type, plain, ...(await compressed("gzip", ".gz")), ...(await compressed("br", ".br")) }]];
    });
  return { page, assets: new Map((await Promise.all(files)).flat()) };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
