import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { librariesOf, pack, readWorkspace, runCommand } from "release";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { Consumer } from "./consumer.ts";

// Many packages, each in processes of its own: a busy machine needs minutes.
const TIMEOUT_MS = 600_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

const checkers = join(import.meta.dirname, "../checkers");
const workspace = await readWorkspace();
let directory = "";
let tarballs: readonly string[] = [];
let consumer: Consumer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tarballs-"));
  tarballs = await pack(workspace, directory);
  await runCommand("npx", ["--yes", workspace.packageManager, "install", "--frozen-lockfile", "--dir", checkers], checkers);
  consumer = await Consumer.make(workspace, tarballs);
});

afterAll(async () => {
  await consumer.remove();
  await rm(directory, { recursive: true, force: true });
});

const check = (script: string, ...parameters: readonly string[]) =>
  runCommand("node", [join(checkers, "node_modules", script), ...parameters], directory);

describe("each tarball", () => {
  it("is one of a published package, under our scope", () => {
    const names = workspace.packages.map(({ name, version }) => `${workspace.scope.slice(1)}-${name}-${version}.tgz`);
    expect(tarballs.map((path) => basename(path))).toEqual(names);
    expect(names.length).toBeGreaterThan(5);
  });

  it("has compiled modules with their declarations and maps, the licence and the README, and nothing else: no source and no test", async () => {
    const listing = z.array(z.object({ files: z.array(z.object({ path: z.string() })) }));
    for (const tarball of tarballs) {
      const [packed] = listing.parse(JSON.parse(await runCommand("npm", ["pack", "--dry-run", "--json", tarball], directory)));
      const files = (packed?.files ?? []).map(({ path }) => path);
      // What the console serves to browsers is no module: console.test.ts asks for each of its files.
      const [modules, others] = [
        files.filter((path) => path.startsWith("dist/") && !path.startsWith("dist/page/")),
        files.filter((path) => !path.startsWith("dist/")),
      ];
      expect([tarball, files.includes("dist/page/index.html")]).toEqual([tarball, tarball.includes("-saga-console-")]);
      // What create-saga copies into a new project is source, and has a test.
      const kept = new Set(others.filter((path) => !path.startsWith("template/")));
      expect([tarball, kept]).toEqual([tarball, new Set(["LICENSE", "README.md", "package.json"])]);
      expect([tarball, modules.filter((path) => path.includes(".test.") || !/\.(?:js|js\.map|d\.ts)$/.test(path))]).toEqual([
        tarball,
        [],
      ]);
      for (const path of modules.filter((each) => each.endsWith(".js")))
        for (const beside of [`${path}.map`, path.replace(/\.js$/, ".d.ts")]) expect(modules).toContain(beside);
    }
  });

  it("could be published as it is: npm finds nothing to refuse, and sends nothing", async () => {
    for (const [index, tarball] of tarballs.entries()) {
      const { name, version } = workspace.packages[index] ?? {};
      const said = await runCommand("npm", ["publish", tarball, "--access", "public", "--dry-run"], directory);
      expect(said).toContain(`+ ${workspace.scope}/${name}@${version}`);
    }
  });

  it("is clean for publint, also of suggestions", async () => {
    for (const tarball of tarballs) expect(await check("publint/src/cli.js", tarball, "--strict")).toContain("All good!");
  });

  it("has types that every way to resolve an ES module finds, by arethetypeswrong", async () => {
    const libraries = librariesOf(workspace).map(({ name }) => name);
    const imported = tarballs.filter((_tarball, index) => libraries.includes(workspace.packages[index]?.name ?? ""));
    expect(imported).toHaveLength(libraries.length);
    for (const tarball of imported) await check("@arethetypeswrong/cli/dist/index.js", tarball, "--profile", "esm-only");
  });
});

describe("a project outside the workspace, into which npm installed the tarballs", () => {
  it("has no package with an install script", async () => {
    const lock = z.object({ packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().default(false) })) });
    const installed = Object.entries(lock.parse(await consumer.readJson("package-lock.json")).packages);
    expect(installed.length).toBeGreaterThan(workspace.packages.length);
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name)).toEqual([]);
  });

  it("compiles a whole app and the example of each README at ES2022, and checks every declaration of ours", async () => {
    await consumer.addEveryEntry(workspace);
    await consumer.addTripApp(workspace);
    await consumer.addExamples(workspace);
    await consumer.compile({ lib: ["es2022"], types: ["node"] });
  });

  it("compiles saga-core for a browser, without the types of Node", async () => {
    await consumer.compile({ lib: ["es2022", "dom"], types: [] }, ["core.ts"]);
  });

  it("runs the example of saga-core's published README under Deno", async () => {
    await consumer.addExamples(workspace);
    expect(await consumer.run("example-saga-core.ts")).toBe("cancelled: reserve-seat undone, charge-card rejected\n");
  });

  it("imports every entry point under Deno", async () => {
    await consumer.addEveryEntry(workspace);
    expect(await consumer.run("every-entry.ts")).not.toMatch(/ 0$/m);
  });
});
