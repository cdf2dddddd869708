import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject } from "./create-project.ts";
import { readManifest } from "./manifest.ts";
import { readRequest } from "./read-request.ts";

const ours = join(import.meta.dirname, "../template");
const release = { scope: "@ours", version: "1.2.3" };

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "create-saga-"));
});

afterEach(() => rmSync(cwd, { recursive: true }));

function create(parameters: readonly string[], template = ours): readonly string[] {
  const request = readRequest(parameters, cwd);
  if (!request) throw new Error("That asks for help.");
  return createProject({ template, release }, request, cwd);
}

const text = (path: string) => readFileSync(join(cwd, path), "utf8");

/** A template that is packed: its packages have their published names. */
function packedTemplate(): string {
  const template = join(cwd, "template");
  mkdirSync(join(template, "common"), { recursive: true });
  mkdirSync(join(template, "node"));
  writeFileSync(join(template, "common/gitignore"), "");
  const dependencies = { "@ours/saga-http": "1.2.3", zod: "^4.0.0" };
  writeFileSync(join(template, "node/package.json"), JSON.stringify({ name: "my-saga", version: "0.1.0", dependencies }));
  return template;
}

function pack(...names: readonly string[]): void {
  mkdirSync(join(cwd, "my-saga-release"));
  for (const name of names) writeFileSync(join(cwd, "my-saga-release", name), "");
}

describe("a new project", () => {
  it("has the template's files, under the name of its folder", () => {
    const files = create(["shop/ticket-sale"]);
    expect(files).toEqual(expect.arrayContaining([".gitignore", "README.md", "package.json", "src/saga.test.ts", "src/saga.ts"]));
    expect(readManifest(join(cwd, "shop/ticket-sale/package.json")).name).toBe("ticket-sale");
    expect(text("shop/ticket-sale/src/saga.ts")).toMatch(/class TicketSaleController .*\n.*\n.*name: "ticket-sale"/);
    const all = files.map((file) => text(join("shop/ticket-sale", file))).join("");
    expect(all).not.toMatch(/my-?saga/i);
  });

  it("has the scripts of its runtime, and pages that name them", () => {
    create(["one", "--runtime", "deno"]);
    create(["other"]);
    expect(readManifest(join(cwd, "one/package.json"))["scripts"]).toMatchObject({ test: expect.stringContaining("deno test") });
    expect(readManifest(join(cwd, "other/package.json"))["scripts"]).toMatchObject({
      test: expect.stringContaining("node --test"),
    });
    expect([text("one/README.md").includes("`deno task dev`"), text("other/README.md").includes("`npm run dev`")]).toEqual([
      true,
      true,
    ]);
  });

  it("may be made in the folder itself, if that is empty", () => {
    mkdirSync(join(cwd, "here"));
    const request = readRequest(["."], join(cwd, "here"));
    expect(request?.name).toBe("here");
    if (request) createProject({ template: ours, release }, request, join(cwd, "here"));
    expect(existsSync(join(cwd, "here/src/saga.ts"))).toBe(true);
  });

  it("takes the packages of a release from their tarballs, also those that only other packages need", () => {
    pack(
      "ours-saga-http-1.2.3.tgz",
      "ours-web-guard-1.2.3.tgz",
      "ours-create-saga-1.2.3.tgz",
      "ours-saga-http-1.2.2.tgz",
      "SHA256SUMS",
    );
    create(["shop", "--from", "my-saga-release"], packedTemplate());
    const { dependencies, ...other } = readManifest(join(cwd, "shop/package.json"));
    expect(dependencies).toEqual({ "@ours/saga-http": "file:../my-saga-release/ours-saga-http-1.2.3.tgz", zod: "^4.0.0" });
    expect(other["overrides"]).toEqual({ "@ours/web-guard": "file:../my-saga-release/ours-web-guard-1.2.3.tgz" });
  });
});

describe("a project that cannot be made", () => {
  it.for<[string, readonly string[], string]>([
    ["without a folder", [], "Give one folder"],
    ["with two folders", ["one", "other"], "Give one folder"],
    ["with an unknown option", ["shop", "--force"], "--force"],
    ["with an unknown runtime", ["shop", "--runtime", "bun"], 'deno or node, not "bun"'],
    ["under a name with capitals", ["MySaga"], '"MySaga" cannot name a saga'],
    ["under a name that begins with a digit", ["2go"], '"2go" cannot name a saga'],
    ["under a very long name", ["a".repeat(51)], "at most 50"],
    ["under the name of a package that it needs", ["zod"], '"zod" is a package that the project needs'],
    ["from a folder without tarballs", ["shop", "--from", "nowhere"], "there is no ours-saga-http-1.2.3.tgz"],
    ["in a folder with a file", ["full"], "is not empty: it has notes.txt"],
    ["in the place of a file", ["full/notes.txt"], "cannot name a saga"],
    ["in the place of a file with a good name", ["notes"], "is a file"],
  ])("%s says why, and writes nothing", ([, parameters, reason]) => {
    const template = packedTemplate();
    mkdirSync(join(cwd, "full"));
    writeFileSync(join(cwd, "full/notes.txt"), "");
    writeFileSync(join(cwd, "notes"), "");
    const before = readdirSync(cwd, { recursive: true });
    expect(() => create(parameters, template)).toThrow(
      expect.objectContaining({ name: "UsageError", message: expect.stringContaining(reason) }),
    );
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
  });
});
