import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleOrder } from "../src/sample-order.ts";
import { WebClient } from "../src/web-client.ts";
import { runCommand } from "./run-command.ts";

const LOOK_MS = 100;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cluster-e2e-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Runs one of the cluster's commands. */
function run(script: string, parameters: readonly string[] = []) {
  const { child, said, exit } = runCommand(join("cluster", script), { directory, parameters });
  const until = async (text: string) => {
    while (!said().includes(text)) {
      if (child.exitCode !== null) throw new Error(`It ended: ${said()}`);
      await setTimeout(LOOK_MS);
    }
  };
  return { pid: child.pid ?? 0, said, exit, until };
}

describe("the local cluster", () => {
  it("answers at either orchestrator for what was asked of the other, and stops without leaving anything", async () => {
    const { pid, said, exit, until } = run("start-cluster.ts");
    await until("curl");
    expect(said().match(/ (healthy|ready)\n/g)).toHaveLength(7);
    const urls = [...said().matchAll(/Orchestrator \d +(\S+)/g)].map(([, url]) => new WebClient(url ?? ""));
    const answer = await urls[0]?.placeOrder(sampleOrder, { prefer: "wait=30" });
    expect(answer).toMatchObject({ kind: "created" });
    if (answer?.kind === "created") expect(await urls[1]?.saga(answer.saga_id)).toMatchObject({ status: "completed" });
    process.kill(pid, "SIGTERM");
    expect(await exit).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("loses nothing and does nothing twice when a node and an orchestrator are killed under load", async () => {
    const { said, exit } = run("demo-failover.ts", ["--seconds", "16"]);
    expect(await exit, said()).toBe(0);
    expect(said()).toContain("← Restate node-2 is killed");
    expect(said()).toContain("← Orchestrator 1 is killed");
    expect(said()).toContain("✓ Nothing is lost, and nothing was done twice.");
    expect(readdirSync(directory)).toEqual([]);
  });
});
