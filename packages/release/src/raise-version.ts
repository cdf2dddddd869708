import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { runCommand } from "./run-command.ts";
import { readJson, readWorkspace } from "./workspace.ts";

const rootManifest = z.object({ version: z.string() });

/**
 * Raises the version of the repository as its change files ask, moves their texts to CHANGELOG.md, and gives every published package that
 * version. pnpm does the first two, for the root alone: of a package that is published it would ask the registry, where its name is not ours.
 *
 * @returns the new version.
 * @throws Error when no change file asks for one.
 */
export async function raiseVersion(root: string): Promise<string> {
  const { packageManager, version: before, packages } = await readWorkspace(root);
  await runCommand("npx", ["--yes", packageManager, "version", "--recursive"], root);
  const { version } = rootManifest.parse(await readJson(join(root, "package.json")));
  if (version === before) throw new Error(`No file in .changeset asks for a version after ${before}.`);
  for (const { directory } of packages) {
    const path = join(directory, "package.json");
    const manifest = await readFile(path, "utf8");
    await writeFile(path, manifest.replace(`"version": "${before}"`, `"version": "${version}"`));
  }
  return version;
}
