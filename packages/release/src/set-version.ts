import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { releasedPage } from "./changelog.ts";
import { readWorkspace } from "./workspace.ts";

// `pnpm --filter release run set-version 0.2.0`: gives every published package the next version, and its section in docs/upgrade.md. Commit both, and tag.
const [version = ""] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) throw new Error(`"${version}" is not a version like 0.2.0.`);
const { root, packages } = await readWorkspace();
const upgrade = join(root, "docs/upgrade.md");
const released = releasedPage(await readFile(upgrade, "utf8"), version);
for (const { directory, version: before } of packages) {
  const path = join(directory, "package.json");
  const manifest = await readFile(path, "utf8");
  await writeFile(path, manifest.replace(`"version": "${before}"`, `"version": "${version}"`));
}
await writeFile(upgrade, released);
