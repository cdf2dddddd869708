import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleOrder } from "../src/sample-order.ts";
import { WebClient } from "../src/web-client.ts";
import { runCommand } from "./run-command.ts";

const POLL_MS = 100;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cluster-e2e-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a command of the cluster. */
function run(script: string, parameters: readonly string[] = []) {
  const { child, output, exit } = runCommand(join("cluster", script), { directory, parameters });
  const until = async (text: string) => {
    while (!output().includes(text)) {
      if (child.exitCode !== null) throw new Error(`It ended: ${output()}`);
      await setTimeout(POLL_MS);
    }
  };
  return { pid: child.pid ?? 0, output, exit, until };
}

describe("the local cluster", () => {
  it("shows at one orchestrator a saga that was started at the other, and stops without leaving a file", async () => {
    const { pid, output, exit, until } = run("start-cluster.ts");
    await until("curl");
    expect(output().match(/ (healthy|ready)\n/g)).toHaveLength(7);
    const urls = [...output().matchAll(/Orchestrator \d +(\S+)/g)].map(([, url]) => new WebClient(url ?? ""));
    const answer = await urls[0]?.placeOrder(sampleOrder, { prefer: "wait=30" });
    expect(answer).toMatchObject({ kind: "created" });
    if (answer?.kind === "created") expect(await urls[1]?.saga(answer.saga_id)).toMatchObject({ status: "completed" });
    process.kill(pid, "SIGTERM");
    expect(await exit).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("loses no order and applies none twice when a node and an orchestrator are killed under load", async () => {
    const { output, exit } = run("demo-failover.ts", ["--seconds", "16"]);
    expect(await exit, output()).toBe(0);
    expect(output()).toContain("← Restate node-2 is killed");
    expect(output()).toContain("← Orchestrator 1 is killed");
    expect(output()).toContain("✓ Nothing is lost, and nothing was done twice.");
    expect(readdirSync(directory)).toEqual([]);
  });
});
