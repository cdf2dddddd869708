import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { changelogOf } from "./changelog.ts";
import { checksums } from "./checksums.ts";
import { build, pack } from "./pack.ts";
import { readWorkspace } from "./workspace.ts";

// `pnpm run release`: what a release publishes, in dist/ of the root. Nothing is sent anywhere.
const workspace = await readWorkspace();
const dist = join(workspace.root, "dist");
await build(workspace);
await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const tarballs = await pack(workspace, dist);
const changelog = join(dist, "CHANGELOG.md");
await writeFile(changelog, changelogOf(await readFile(join(workspace.root, "docs/upgrade.md"), "utf8"), workspace.version));
await writeFile(join(dist, "SHA256SUMS"), await checksums([...tarballs, changelog]));
process.stdout.write(`${tarballs.map((path) => `dist/${basename(path)}`).join("\n")}\n`);
