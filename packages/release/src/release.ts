import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { checksums } from "./checksums.ts";
import { build, pack } from "./pack.ts";
import { publishedNames } from "./published-names.ts";
import { publishedPage } from "./published-page.ts";
import { readWorkspace } from "./workspace.ts";

// `pnpm run release`: what a release publishes, in dist/ of the root. Nothing is sent anywhere.
const workspace = await readWorkspace();
const dist = join(workspace.root, "dist");
await build(workspace);
await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const tarballs = await pack(workspace, dist);
const changelog = join(dist, "CHANGELOG.md");
await writeFile(
  changelog,
  publishedPage(await readFile(join(workspace.root, "CHANGELOG.md"), "utf8"), publishedNames(workspace)),
);
await writeFile(join(dist, "SHA256SUMS"), await checksums([...tarballs, changelog]));
process.stdout.write(`${tarballs.map((path) => `dist/${basename(path)}`).join("\n")}\n`);
