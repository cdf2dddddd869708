import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { namingVersion, raiseVersion } from "./raise-version.ts";
import { runCommand } from "./run-command.ts";
import { readJson, readWorkspace } from "./workspace.ts";

// pnpm runs in a process of its own: a busy machine needs seconds.
vi.setConfig({ testTimeout: 120_000 });

const repository = await readWorkspace();
const made: string[] = [];
afterEach(() => Promise.all(made.splice(0).map((directory) => rm(directory, { recursive: true }))));

/** A repository of two packages, of which one is published, with the settings of this one and these change files. */
async function makeRepository(changes: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "version-"));
  made.push(root);
  const settings = await readFile(join(repository.root, "pnpm-workspace.yaml"), "utf8");
  const [versioning = ""] = /^versioning:\n(?: +.*\n)+/m.exec(settings) ?? [];
  const { packageManager } = repository;
  const manifest = { name: "saga-orchestrator", version: "0.1.0", private: true, packageManager, publish: { scope: "@ours" } };
  const files: Readonly<Record<string, string>> = {
    "package.json": JSON.stringify(manifest, null, 2),
    "pnpm-workspace.yaml": `packages: ["packages/*"]\npmOnFail: ignore\n${versioning}`,
    "CHANGELOG.md": "# saga-orchestrator\n\n## 0.1.0\n\nThe first release.\n",
    "compose.yaml": "image: saga-orchestrator:0.1.0\n",
    "docs/upgrade.md": "# Upgrading\n\n## Unreleased\n\n- A step may wait.\n",
    "packages/saga-core/package.json": '{\n  "name": "saga-core",\n  "version": "0.1.0"\n}\n',
    "packages/test-kit/package.json": '{\n  "name": "test-kit",\n  "version": "0.1.0",\n  "private": true\n}\n',
    ...Object.fromEntries(Object.entries(changes).map(([name, text]) => [`.changeset/${name}.md`, text])),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const change = (step: string, text: string) => `---\n"saga-orchestrator": ${step}\n---\n\n${text}\n`;

describe("the next version", () => {
  it("is what the change files ask for, in every published package, and their texts are its section of the changelog", async () => {
    const root = await makeRepository({
      "brave-cats-wait": change("minor", "**Authors:** a step may wait."),
      "calm-dogs-run": change("patch", "**Operators:** nothing is to do."),
    });
    expect(await raiseVersion(root, ["compose.yaml"])).toBe("0.2.0");
    expect(await readFile(join(root, "compose.yaml"), "utf8")).toBe("image: saga-orchestrator:0.2.0\n");
    expect((await readWorkspace(root)).packages).toEqual([expect.objectContaining({ name: "saga-core", version: "0.2.0" })]);
    expect(await readJson(join(root, "packages/test-kit/package.json"))).toMatchObject({ version: "0.1.0" });
    const upgradePage = await readFile(join(root, "docs/upgrade.md"), "utf8");
    expect(upgradePage).toBe("# Upgrading\n\n## Unreleased\n\nNothing yet.\n\n## 0.2.0\n\n- A step may wait.\n");
    const changelog = await readFile(join(root, "CHANGELOG.md"), "utf8");
    const [, released = "", ...earlier] = changelog.split(/^## /m);
    expect(released).toMatch(/^0\.2\.0\n[\s\S]*\*\*Authors:\*\* a step may wait\.[\s\S]*\*\*Operators:\*\* nothing is to do\./);
    expect(earlier).toEqual(["0.1.0\n\nThe first release.\n"]);
    expect((await readdir(join(root, ".changeset"))).filter((name) => name.endsWith(".md"))).toEqual([]);
  });

  it("is not made where nothing has changed", async () => {
    const root = await makeRepository({});
    await expect(raiseVersion(root, [])).rejects.toThrow("No file in .changeset asks for a version after 0.1.0.");
    expect((await readWorkspace(root)).version).toBe("0.1.0");
  });
});

describe("everything else that names the version", () => {
  it.for(namingVersion)("%s names that of the repository", async (path) => {
    expect(await readFile(join(repository.root, path), "utf8")).toContain(repository.version);
  });
});

describe("each change file", () => {
  it("is about the repository, whose version all packages have", async () => {
    await runCommand("npx", ["--yes", repository.packageManager, "change", "check"], repository.root);
    const folder = join(repository.root, ".changeset");
    for (const name of (await readdir(folder)).filter((each) => each.endsWith(".md") && each !== "README.md")) {
      const text = await readFile(join(folder, name), "utf8");
      expect([name, text]).toEqual([name, expect.stringMatching(/^---\n"saga-orchestrator": (?:patch|minor|major)\n---\n\n\S/)]);
    }
  });
});
