import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const version = execFileSync("node", ["--version"], { encoding: "utf8" }).trim();
const isOld = Number.parseInt(version.slice(1), 10) < 24;

it.runIf(isOld)("the orchestrator says on an older Node which one it needs, and ends with 1", () => {
  const cwd = join(import.meta.dirname, "../../apps/orchestrator");
  const { status, stderr } = spawnSync("node", ["start-on-node.mjs"], { cwd, encoding: "utf8" });
  expect([status, stderr]).toEqual([1, expect.stringContaining(`runs on Node 24 or newer, and this is ${version}`)]);
});
