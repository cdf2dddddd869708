import process from "node:process";
import { build, readWorkspace, runCommand } from "release";
import { RestateNode } from "test-kit/restate";
import { makePackedApp } from "./packed-app.ts";
import { compareWithCommitted, type Results, renewResults, type Tried } from "./results.ts";
import { installTools } from "./tools.ts";
import { type Server, tryServer } from "./try-server.ts";
import { tryWorker } from "./try-worker.ts";

/** The version that a program gives of itself. */
async function versionOf(command: string): Promise<string> {
  const [version = ""] = /\d+\.\d+\.\d+/.exec(await runCommand(command, ["--version"], process.cwd())) ?? [];
  return version;
}

async function measure(): Promise<Results> {
  const tools = await installTools();
  const servers: readonly Server[] = [
    { name: "Deno", command: tools.deno, parameters: ["run", "-A", "--no-prompt"], file: "deno.ts" },
    { name: "Node", command: tools.node, parameters: [], file: "node.ts" },
    { name: "Bun", command: tools.bun, parameters: [], file: "bun.ts" },
  ];
  const app = await makePackedApp();
  const restate = await RestateNode.start().catch(async (error) => {
    await app.remove();
    throw error;
  });
  const results: Record<string, Tried> = {};
  const show = (name: string, tried: Tried) => {
    results[name] = tried;
    process.stdout.write(`${name} ${JSON.stringify(tried)}\n`);
  };
  try {
    for (const server of servers)
      show(`${server.name} ${await versionOf(server.command)}`, await tryServer(server, app.directory, restate));
    show(`workerd ${tools.workerdVersion}`, await tryWorker(tools, app.directory, restate));
    return results;
  } finally {
    await restate.stop();
    await app.remove();
  }
}

// Tries the packed libraries on each runtime, and compares what came of it with results.json. With --update it renews that.
const isUpdate = process.argv.includes("--update");
// Turbo has built them before the test.
if (isUpdate) await build(await readWorkspace());
const measured = await measure();
if (isUpdate) renewResults(measured);
else compareWithCommitted(measured);
