import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readJson, readWorkspace } from "./workspace.ts";

const { root, packages } = await readWorkspace();
const manifest = z.object({
  sideEffects: z.literal(false),
  license: z.literal("MIT"),
  engines: z.object({ node: z.string() }),
  files: z.array(z.enum(["dist", "template"])),
  publishConfig: z.object({
    exports: z.record(z.string(), z.record(z.string(), z.string())).default({}),
    bin: z.record(z.string(), z.string()).default({}),
  }),
  scripts: z.object({ build: z.string(), types: z.string(), prepublishOnly: z.string() }),
});
const buildConfig = z.object({
  extends: z.string(),
  compilerOptions: z.object({ isolatedDeclarations: z.boolean().optional() }).default({}),
  files: z.array(z.string()),
});

describe.for(packages)("the package $name", ({ directory, entries }) => {
  it("publishes each entry point compiled, its types first, as workspaces run it from source", async () => {
    const { publishConfig } = manifest.parse(await readJson(join(directory, "package.json")));
    const compiled = [...entries].map(([entry, source]) => {
      const path = source.replace("./src/", "./dist/").replace(/\.ts$/, "");
      return [
        entry,
        [
          ["types", `${path}.d.ts`],
          ["default", `${path}.js`],
        ],
      ];
    });
    expect(Object.entries(publishConfig.exports).map(([entry, paths]) => [entry, Object.entries(paths)])).toEqual(compiled);
  });

  it("compiles what its entry points and commands reach, as every package is compiled", async () => {
    const { publishConfig } = manifest.parse(await readJson(join(directory, "package.json")));
    const commands = Object.values(publishConfig.bin).map((path) => path.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
    const { extends: base, files } = buildConfig.parse(await readJson(join(directory, "tsconfig.build.json")));
    expect(base).toBe("../../tsconfig.build.base.json");
    expect(files.filter((file) => file.startsWith("src/"))).toEqual([
      ...[...entries.values()].map((source) => source.slice(2)),
      ...commands,
    ]);
  });

  it("has an explicit type on each export, and says so when one is missing", async () => {
    const { scripts } = manifest.parse(await readJson(join(directory, "package.json")));
    const base = buildConfig.partial().parse(await readJson(join(root, "tsconfig.build.base.json")));
    const own = buildConfig.parse(await readJson(join(directory, "tsconfig.build.json")));
    expect({ ...base.compilerOptions, ...own.compilerOptions }.isolatedDeclarations).toBe(true);
    expect(scripts.types).toContain("tsc --project tsconfig.build.json --noEmit");
  });

  it("has a README, and refuses to be published from here, under a name that is not ours", async () => {
    const { scripts } = manifest.parse(await readJson(join(directory, "package.json")));
    expect(scripts.prepublishOnly).toMatch(/exit 1$/);
    expect(existsSync(join(directory, "README.md"))).toBe(true);
  });
});
