import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type ServiceOptions, ServiceProcess } from "../src/service-process.ts";
import { WebClient } from "../src/web-client.ts";
import { call } from "../src/wire.ts";
import { runCommand } from "./run-command.ts";

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), "src");

let directory: string;
let wrappers: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stack-e2e-"));
  wrappers = mkdtempSync(join(tmpdir(), "stack-e2e-wrappers-"));
});
afterEach(() => {
  for (const made of [directory, wrappers]) rmSync(made, { recursive: true });
});

function run(script: string, variables: Readonly<Record<string, string>> = {}) {
  return runCommand(script, { directory, variables });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the demo", () => {
  it("plays four orders, adds the ledgers up and leaves nothing behind", async () => {
    const { said, exit } = run("demo.ts");
    expect(await exit).toBe(0);
    const ends = [...said().matchAll(/^ {3}[●○] \w+ +(\d+ [\w-]+)/gm)].map(([, end]) => end);
    expect(ends).toEqual(["200 order", "409 saga-cancelled", "409 saga-cancelled", "503 participant-unavailable"]);
    expect(said()).toContain("1 order alive; taken from stock: 4 of product 2, 2 of product 3");
    expect(said()).toContain("They agree");
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("the README", () => {
  /** Without what differs from run to run: times, and the spaces that they take. */
  const timeless = (text: string) =>
    text
      .replaceAll(/\d+ ms/g, "N ms")
      .replaceAll(/ +/g, " ")
      .trim();

  it("shows what the demo prints", async () => {
    const [, transcript = ""] =
      /<!-- demo -->\n```text\n([\s\S]*?)```/.exec(readFileSync(join(source, "../../README.md"), "utf8")) ?? [];
    const { said, exit } = run("demo.ts");
    expect(await exit).toBe(0);
    expect(timeless(said())).toBe(timeless(transcript));
  });
});

describe("the local stack", () => {
  const anyPorts = { ORCHESTRATOR_PORT: "0", STORE_MANAGER_PORT: "0", PAYMENTS_PORT: "0" };
  const startStack = (variables: Readonly<Record<string, string>> = {}) => run("start.ts", { ...anyPorts, ...variables });

  /** Where it says that orders are taken. */
  async function urlOf(said: () => string): Promise<string> {
    const order = /curl -i (\S+)\/saga\/order/;
    await expect.poll(said).toMatch(order);
    return order.exec(said())?.[1] ?? "";
  }

  const pids = (said: string) => [...said.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));

  it("says where everything is and what to try, starts a killed orchestrator again, and stops on a signal", async () => {
    const { child, said, exit } = startStack();
    const url = await urlOf(said);
    process.kill(pids(said())[0] ?? 0, "SIGKILL");
    await expect.poll(said).toMatch(/ended \(SIGKILL\)[\s\S]*Orchestrator .*pid/);
    await expect.poll(async () => (await fetch(`${url}/health-check`)).status).toBe(200);
    process.kill(child.pid ?? 0, "SIGTERM");
    expect(await exit).toBe(0);
    expect(pids(said()).filter(isAlive)).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("stops when one of the wrappers that started it is gone", async () => {
    // As npx and pnpm do, this wrapper dies of a signal and passes none on.
    const script = join(source, "start.ts");
    const wrapper = `import { spawn } from "node:child_process";
      const child = spawn(${JSON.stringify(process.execPath)}, ["run", "-A", ${JSON.stringify(script)}], { stdio: "inherit" });
      console.log("wrapped pid " + child.pid);
      setInterval(() => undefined, 1000);`;
    const wrapperFile = join(wrappers, "pnpm-like.mjs");
    writeFileSync(wrapperFile, wrapper);
    const { child, said } = run(wrapperFile, anyPorts);
    try {
      await expect.poll(said).toContain("Try an order");
    } finally {
      process.kill(child.pid ?? 0, "SIGKILL");
    }
    await expect.poll(() => pids(said()).filter(isAlive)).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("tells the orchestrator whether the mocks are keyed", async () => {
    const { child, said, exit } = startStack({ KEYED: "false" });
    const url = await urlOf(said);
    const payments = / Payments +(\S+)/.exec(said())?.[1] ?? "";
    await call(`${payments}/control/faults`, z.unknown(), { route: "POST /payments", fault: "drop_after", times: 1 });
    const answer = await new WebClient(url).placeOrder({ user_id: 1, items: [{ product_id: 1, quantity: 1 }] });
    expect(answer).toMatchObject({ kind: "pending", status: "needs_intervention" });
    process.kill(child.pid ?? 0, "SIGTERM");
    expect(await exit).toBe(0);
  });

  it("names a busy port and the variable that changes it, and starts nothing", async () => {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { said, exit } = startStack({ PAYMENTS_PORT: String(port) });
    expect(await exit).toBe(1);
    expect(said()).toContain(`Port ${port} of 127.0.0.1 is in use`);
    expect(said()).toContain("PAYMENTS_PORT");
    expect(readdirSync(directory)).toEqual([]);
    server.close();
  });
});

describe("the orchestrator's process", () => {
  const start = (variables: Readonly<Record<string, string>> = {}, options: Partial<ServiceOptions> = {}) =>
    ServiceProcess.start({
      name: "orchestrator",
      writes: directory,
      variables: { PORT: "0", JOURNAL_PATH: join(directory, "journal.sqlite"), ...variables },
      ...options,
    });

  it("ends with exit 0 on SIGTERM and on SIGINT", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const orchestrator = await start();
      expect(await orchestrator.stop(signal)).toEqual({ code: 0, signal: null });
    }
  });

  it("does not start with a malformed variable, and names it, its value and an example", async () => {
    const refused = start({ CALL_TIMEOUT_MS: "5s" });
    await expect(refused).rejects.toThrow(/exit 1/);
    await expect(refused).rejects.toThrow(
      'CALL_TIMEOUT_MS="5s": must be a whole number from 1 to 600000. Example: CALL_TIMEOUT_MS=5000',
    );
  });

  it("does not start on a journal that another process owns, which goes on", async () => {
    const owner = await start();
    await expect(start()).rejects.toThrow(new RegExp(`another orchestrator owns it, process ${owner.pid} on `));
    expect((await fetch(`${owner.url}/health-check`)).status).toBe(200);
    expect(await owner.stop("SIGKILL")).toMatchObject({ signal: "SIGKILL" });
    const heir = await start();
    await heir.stop();
  });

  it("has a new journal to itself, however many come to it at once", async () => {
    const started = await Promise.allSettled([start(), start(), start()]);
    const owners = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    await Promise.all(owners.map((owner) => owner.stop()));
    expect(owners).toHaveLength(1);
  });

  it("does not start on a busy port, and names it and the variable", async () => {
    const orchestrator = await start();
    const { port } = new URL(orchestrator.url);
    await expect(start({ PORT: port, JOURNAL_PATH: join(directory, "other.sqlite") })).rejects.toThrow(
      new RegExp(`Port ${port} of 127.0.0.1 is in use.*PORT`),
    );
    await orchestrator.stop();
  });
});
