import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { runCommand } from "./run-command.ts";
import { readJson, readWorkspace } from "./workspace.ts";

/** The heading under which docs/upgrade.md has what the next release changes. */
const UNRELEASED = "## Unreleased\n";

const rootManifest = z.object({ version: z.string() });

/** What names the version besides the published packages, from the root: what the images are made of and called, and pages with a tarball's name. */
export const namingVersion: readonly string[] = [
  "apps/mock-payments/package.json",
  "apps/mock-store-manager/package.json",
  "apps/orchestrator/package.json",
  "compose.yaml",
  "compose.existing.yaml",
  "deploy/kubernetes.yaml",
  "docs/template.md",
  "packages/create-saga/README.md",
];

/**
 * Raises the version of the repository as its change files ask, moves their texts to CHANGELOG.md, writes the version into every published
 * package, and gives what is unreleased in docs/upgrade.md its heading. pnpm does the first two, for the root alone: of a package that is published it would ask the registry, where its name is not ours.
 *
 * @param naming what else names the version, from the root.
 * @returns the new version.
 * @throws Error when no change file asks for one.
 */
export async function raiseVersion(root: string, naming: readonly string[]): Promise<string> {
  const { packageManager, version: before, packages } = await readWorkspace(root);
  await runCommand("npx", ["--yes", packageManager, "version", "--recursive"], root);
  const { version } = rootManifest.parse(await readJson(join(root, "package.json")));
  if (version === before) throw new Error(`No file in .changeset asks for a version after ${before}.`);
  const manifests = packages.map(({ directory }) => join(directory, "package.json"));
  for (const path of [...manifests, ...naming.map((each) => join(root, each))]) {
    await writeFile(path, (await readFile(path, "utf8")).replaceAll(before, version));
  }
  const upgradePage = join(root, "docs/upgrade.md");
  await writeFile(
    upgradePage,
    (await readFile(upgradePage, "utf8")).replace(UNRELEASED, `${UNRELEASED}\nNothing yet.\n\n## ${version}\n`),
  );
  return version;
}
