import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { pack, readWorkspace } from "release";
import { afterAll, beforeAll, expect, it } from "vitest";
import { installNode24 } from "./node24.ts";
import { Project } from "./project.ts";

let directory: string;
let release: string;
let create: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "template-"));
  release = join(directory, "release");
  const tarballs = await pack(await readWorkspace(), release);
  create = tarballs.find((path) => path.includes("create-saga")) ?? "";
}, 600_000);

afterAll(async () => await rm(directory, { recursive: true, force: true }));

it.for<[string, string, () => Promise<string>, readonly [string, string]]>([
  ["Node 24", "node", installNode24, ["npm", "run"]],
  ["Deno", "deno", async () => dirname(process.execPath), ["deno", "task"]],
])(
  "leads from an empty folder to a first saga on %s, with its types, tests, exploration and REST surface",
  {
    timeout: 600_000,
  },
  async ([, runtime, install, [runner, task]]) => {
    const bin = await install();
    const empty = await mkdtemp(join(directory, "empty-"));
    const options = ["--runtime", runtime, "--from", release];
    const made = await new Project(empty, bin).run("npx", "--yes", `--package=${create}`, "create-saga", "first", ...options);
    expect(made).toContain("first is made");

    const project = new Project(join(empty, "first"), bin);
    await project.run("npm", "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
    await project.run(runner, task, "types");
    expect(await project.run(runner, task, "test")).toMatch(/releases the seats when the sale is refused/);
    expect(await project.run(runner, task, "explore")).toMatch(/^\d+ runs with at most 2 faults: every run ends right\.$/m);

    const { url, stop } = await project.serve(runner, task, "dev");
    try {
      expect(await start(url, "Ada")).toMatchObject({ status: 200, body: { sale_id: expect.any(Number), state: "COMPLETED" } });
      expect(await start(url, "nobody")).toMatchObject({
        status: 409,
        body: { state: "CANCELLED", rolled_back: ["hold-seats"] },
      });
    } finally {
      await stop();
    }
  },
);

/** Starts a saga in the project that listens there. */
async function start(url: string, customer: string): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/saga/first`, { method: "POST", headers, body: JSON.stringify({ customer, seats: 2 }) });
  return { status: response.status, body: await response.json() };
}
