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

function run(script: string, variables: Readonly<Record<string, string>> = {}, isGroup = false) {
  return runCommand(script, { directory, variables, isGroup });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the demo", () => {
  it("places four orders, adds the ledgers up, and leaves no file", async () => {
    const { output, exit } = run("demo.ts");
    expect(await exit).toBe(0);
    const ends = [...output().matchAll(/^ {3}[●○] \w+ +(\d+ [\w-]+)/gm)].map(([, end]) => end);
    expect(ends).toEqual(["200 order", "409 saga-cancelled", "409 saga-cancelled", "503 participant-unavailable"]);
    expect(output()).toContain("1 order alive; taken from stock: 4 of product 2, 2 of product 3");
    expect(output()).toContain("They agree");
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("the README", () => {
  /** Removes what differs between runs: durations, and the spaces around them. */
  const timeless = (text: string) =>
    text
      .replaceAll(/\d+ ms/g, "N ms")
      .replaceAll(/ +/g, " ")
      .trim();

  it("shows what the demo prints", async () => {
    const [, transcript = ""] =
      /<!-- demo -->\n```text\n([\s\S]*?)```/.exec(readFileSync(join(source, "../../README.md"), "utf8")) ?? [];
    const { output, exit } = run("demo.ts");
    expect(await exit).toBe(0);
    expect(timeless(output())).toBe(timeless(transcript));
  });
});

describe("the local stack", () => {
  const anyPorts = { ORCHESTRATOR_PORT: "0", STORE_MANAGER_PORT: "0", PAYMENTS_PORT: "0", LAB_PORT: "0" };
  const startStack = (variables: Readonly<Record<string, string>> = {}) => run("start.ts", { ...anyPorts, ...variables });

  /** The URL at which it accepts orders, as printed. */
  async function urlOf(output: () => string): Promise<string> {
    const order = /curl -i (\S+)\/saga\/order/;
    await expect.poll(output).toMatch(order);
    return order.exec(output())?.[1] ?? "";
  }

  const pids = (output: string) => [...output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));

  it("prints its URLs and an example, restarts a killed orchestrator, and stops on a signal", async () => {
    const { child, output, exit } = startStack();
    const url = await urlOf(output);
    process.kill(pids(output())[0] ?? 0, "SIGKILL");
    await expect.poll(output).toMatch(/ended \(SIGKILL\)[\s\S]*Orchestrator .*pid/);
    await expect.poll(async () => (await fetch(`${url}/health-check`)).status).toBe(200);
    process.kill(child.pid ?? 0, "SIGTERM");
    expect(await exit).toBe(0);
    expect(pids(output()).filter(isAlive)).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  /** Opens the lab by its printed address, and gives the process ids of both orchestrators and their services. */
  async function openLab(output: () => string): Promise<readonly number[]> {
    const address = /^ +(http:\S+\/lab\?token=\w+)$/m;
    await expect.poll(output).toMatch(address);
    const lab = new URL(address.exec(output())?.[1] ?? "");
    const entered = await fetch(lab, { redirect: "manual" });
    const cookie = (entered.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const state = await fetch(`${lab.origin}/lab/api/state`, { headers: { cookie } });
    const { processes } = z
      .object({ processes: z.array(z.object({ pid: z.int(), by_hand_pid: z.int() })) })
      .parse(await state.json());
    return processes.flatMap(({ pid, by_hand_pid: byHand }) => [pid, byHand]);
  }

  it("prints the address of its lab, which starts the orchestrator by hand when it is opened, and stops that too", async () => {
    const { child, output, exit } = startStack();
    const all = await openLab(output);
    expect([all.length, all.filter(isAlive).length]).toEqual([6, 6]);
    process.kill(child.pid ?? 0, "SIGTERM");
    expect(await exit).toBe(0);
    expect(all.filter(isAlive)).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("leaves nothing behind after a Ctrl-C, which reaches all of its processes at once", async () => {
    const { child, output, exit } = run("start.ts", anyPorts, true);
    const { pid } = child;
    if (pid === undefined) throw new Error("it did not start");
    const all = await openLab(output);
    expect(all.filter(isAlive).length).toBe(6);
    process.kill(-pid, "SIGINT");
    expect(await exit).toBe(0);
    expect(all.filter(isAlive)).toEqual([]);
    expect(output()).not.toContain("started again");
    expect(readdirSync(directory)).toEqual([]);
  });

  it("stops when a wrapper that started it is killed", async () => {
    // Like npx and pnpm, this wrapper ends on a signal without forwarding it.
    const script = join(source, "start.ts");
    const wrapper = `import { spawn } from "node:child_process";
      const child = spawn(${JSON.stringify(process.execPath)}, ["run", "-A", ${JSON.stringify(script)}], { stdio: "inherit" });
      console.log("wrapped pid " + child.pid);
      setInterval(() => undefined, 1000);`;
    const wrapperFile = join(wrappers, "pnpm-like.mjs");
    writeFileSync(wrapperFile, wrapper);
    const { child, output } = run(wrapperFile, anyPorts);
    try {
      await expect.poll(output).toContain("Try an order");
    } finally {
      process.kill(child.pid ?? 0, "SIGKILL");
    }
    await expect.poll(() => pids(output()).filter(isAlive)).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("configures the orchestrator for unkeyed mocks when they are", async () => {
    const { child, output, exit } = startStack({ KEYED: "false" });
    const url = await urlOf(output);
    const payments = / Payments +(\S+)/.exec(output())?.[1] ?? "";
    await call(`${payments}/control/faults`, z.unknown(), { route: "POST /payments", fault: "drop_after", times: 1 });
    const answer = await new WebClient(url).placeOrder({ user_id: 1, items: [{ product_id: 1, quantity: 1 }] });
    expect(answer).toMatchObject({ kind: "pending", status: "needs_intervention" });
    process.kill(child.pid ?? 0, "SIGTERM");
    expect(await exit).toBe(0);
  });

  it("serves orders that are paid later, and its Payments signals what it processed", async () => {
    const { child, output, exit } = startStack();
    const url = await urlOf(output);
    const payments = / Payments +(\S+)/.exec(output())?.[1] ?? "";
    const started = z.looseObject({ saga_id: z.string() });
    const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
    const { body } = await call(`${url}/saga/order-paid-later`, started, order, { prefer: "respond-async" });
    const state = async () => (await new WebClient(url).saga(body.saga_id)).state;
    await expect.poll(state).toBe("AWAITING_PAYMENT");
    const card = { cardNumber: 4111, cardCode: 123, expirationDate: "2030-01-05" };
    await call(`${payments}/payments/process/1`, z.unknown(), card);
    await expect.poll(state).toBe("COMPLETED");
    process.kill(child.pid ?? 0, "SIGTERM");
    expect(await exit).toBe(0);
  });

  it("refuses a busy port, names the variable that changes it, and starts nothing", async () => {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { output, exit } = startStack({ PAYMENTS_PORT: String(port) });
    expect(await exit).toBe(1);
    expect(output()).toContain(`Port ${port} of 127.0.0.1 is in use`);
    expect(output()).toContain("PAYMENTS_PORT");
    expect(readdirSync(directory)).toEqual([]);
    server.close();
  });
});

describe("the orchestrator's process", () => {
  const start = (variables: Readonly<Record<string, string>> = {}, options: Partial<ServiceOptions> = {}) =>
    ServiceProcess.start({
      name: "orchestrator",
      variables: { PORT: "0", JOURNAL_PATH: join(directory, "journal.sqlite"), ...variables },
      ...options,
    });

  it("exits 0 on SIGTERM and on SIGINT, and names the signal in the last line of its log", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      let log = "";
      const onLog = (text: string) => {
        log += text;
      };
      const orchestrator = await start({ LOG_LEVEL: "error" }, { onLog });
      expect(await orchestrator.stop(signal)).toEqual({ code: 0, signal: null });
      expect(JSON.parse(log.trim().split("\n").at(-1) ?? "")).toMatchObject({
        message: expect.stringContaining("The process ends"),
        properties: { code: 0, reason: signal, unfinished: 0, callsCut: 0 },
      });
    }
  });

  it("refuses a malformed variable, and names it, its value and an example", async () => {
    const refused = start({ CALL_TIMEOUT_MS: "5s" });
    await expect(refused).rejects.toThrow(/exit 1/);
    await expect(refused).rejects.toThrow(
      'CALL_TIMEOUT_MS="5s": must be a whole number from 1 to 3600000. Example: CALL_TIMEOUT_MS=5000',
    );
  });

  it("refuses a journal that another process owns, and does not disturb that process", async () => {
    const owner = await start();
    await expect(start()).rejects.toThrow(new RegExp(`another orchestrator owns it, process ${owner.pid} on `));
    expect((await fetch(`${owner.url}/health-check`)).status).toBe(200);
    expect(await owner.stop("SIGKILL")).toMatchObject({ signal: "SIGKILL" });
    const next = await start();
    await next.stop();
  });

  it("owns a new journal alone when several processes start on it at once", async () => {
    const started = await Promise.allSettled([start(), start(), start()]);
    const owners = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    await Promise.all(owners.map((owner) => owner.stop()));
    expect(owners).toHaveLength(1);
  });

  it("refuses a busy port, and names it and the variable", async () => {
    const orchestrator = await start();
    const { port } = new URL(orchestrator.url);
    await expect(start({ PORT: port, JOURNAL_PATH: join(directory, "other.sqlite") })).rejects.toThrow(
      new RegExp(`Port ${port} of 127.0.0.1 is in use.*PORT`),
    );
    await orchestrator.stop();
  });
});
