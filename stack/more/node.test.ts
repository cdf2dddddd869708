import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { freePorts } from "test-kit/restate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServiceEnd, ServiceProcess } from "../src/service-process.ts";

const app = join(import.meta.dirname, "../../apps/orchestrator");

let directory: string;
const services: ServiceProcess[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stack-node-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await Promise.all(services.splice(0).map((service) => service.stop()));
  rmSync(directory, { recursive: true });
});

interface Running {
  readonly url: string;
  readonly stop: () => Promise<ServiceEnd>;
}

/** The same variables for both runtimes, with mocks of its own: ids and stock begin anew. */
async function variablesWithMocks(name: string): Promise<Readonly<Record<string, string>>> {
  const start = async (mock: "mock-store-manager" | "mock-payments") => {
    const service = await ServiceProcess.start({ name: mock, variables: { PORT: "0" } });
    services.push(service);
    return service.url;
  };
  const [STORE_MANAGER_URL, PAYMENTS_URL] = await Promise.all([start("mock-store-manager"), start("mock-payments")]);
  const keyed = { STORE_MANAGER_KEYED: "true", PAYMENTS_KEYED: "true" };
  return { PORT: "0", JOURNAL_PATH: join(directory, `${name}.sqlite`), STORE_MANAGER_URL, PAYMENTS_URL, ...keyed };
}

async function startOnDeno(variables: Readonly<Record<string, string>>): Promise<Running> {
  const service = await ServiceProcess.start({ name: "orchestrator", variables });
  services.push(service);
  return { url: service.url, stop: () => service.stop() };
}

async function startOnNode(variables: Readonly<Record<string, string>>): Promise<Running> {
  const { PATH = "" } = process.env;
  const child = spawn("node", ["start-on-node.mjs"], {
    cwd: app,
    env: { PATH, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const ended = Promise.withResolvers<ServiceEnd>();
  const listening = Promise.withResolvers<string>();
  let output = "";
  child.stderr.on("data", (chunk) => {
    output += String(chunk);
  });
  child.stdout.on("data", (chunk) => {
    const url = /listening on (\S+)/.exec(String(chunk))?.[1];
    if (url !== undefined) listening.resolve(url);
  });
  child.on("close", (code, signal) => {
    ended.resolve({ code, signal });
    listening.reject(new Error(`The orchestrator ended with ${code} on Node:\n${output}`));
  });
  const stop = async () => {
    // Not by `child.kill`: after it, Deno reports that signal whatever ended the process.
    if (child.pid !== undefined) process.kill(child.pid, "SIGTERM");
    return await ended.promise;
  };
  return { url: await listening.promise, stop };
}

const gadgets = { user_id: 1, items: [{ product_id: 3, quantity: 2 }] };

/** What differs between two runs: ids, times, how long something took, and where the services listen. */
const timeless = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/[\d.]+ ms/g, "DURATION")
    // How many records go together depends on how busy the machine is.
    .replaceAll(/\d+ commits since the start/g, "COMMITS")
    .replaceAll(/for \d+ records/g, "RECORDS")
    .replaceAll(/127\.0\.0\.1:\d+/g, "HOST");

/** The answers to requests that succeed, are refused, repeated and malformed. */
async function answersOf(url: string) {
  const place = (body: unknown, key: string) => ({
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
  });
  const requests: readonly (readonly [string, RequestInit?])[] = [
    ["/saga/order", place(gadgets, "a")],
    ["/saga/order", place(gadgets, "a")],
    ["/saga/order", place({ ...gadgets, user_id: 2 }, "a")],
    ["/saga/order", place(gadgets, "b")],
    ["/saga/order", place({ user_id: "x", items: [] }, "c")],
    ["/saga/nothing", place(gadgets, "d")],
    ["/sagas?status=completed"],
    ["/sagas/no-such-saga"],
    ["/definitions/order"],
    ["/health/ready"],
    ["/openapi.json"],
    ["/docs/swagger-ui.css"],
  ];
  const answers: string[] = [];
  for (const [path, init] of requests) {
    const response = await fetch(`${url}${path}`, init);
    answers.push(`${path} ${response.status} ${response.headers.get("content-type")} ${timeless(await response.text())}`);
  }
  return answers;
}

describe("the orchestrator on Node", () => {
  it("gives the answers that it gives on Deno, stops on SIGTERM with 0, and goes on with its journal on the other one", async () => {
    const [ofDeno, ofNode] = await Promise.all([variablesWithMocks("deno"), variablesWithMocks("node")]);
    const [onDeno, onNode] = await Promise.all([startOnDeno(ofDeno), startOnNode(ofNode)]);
    const answers = await answersOf(onNode.url);
    expect(answers).toEqual(await answersOf(onDeno.url));
    expect(answers[0]).toContain('"status":"OK"');
    expect(answers[3]).toContain("saga-cancelled");
    expect(await onNode.stop()).toEqual({ code: 0, signal: null });
    await onDeno.stop();
    const [nextOnDeno, nextOnNode] = await Promise.all([startOnDeno(ofNode), startOnNode(ofDeno)]);
    const completed = async (url: string) => timeless(await (await fetch(`${url}/sagas?status=completed`)).text());
    expect(await completed(nextOnDeno.url)).toBe(await completed(nextOnNode.url));
    expect(await completed(nextOnNode.url)).toContain("COMPLETED");
  });

  it.for(["HTTP_PROXY", "ALL_PROXY"])("calls participants through the proxy of %s, if it may", async (name) => {
    const nobody = `http://127.0.0.1:${(await freePorts()).node}`;
    const more = { [name]: nobody, RETRY_ATTEMPTS_MAX: "1" };
    const variables = await variablesWithMocks("proxy");
    const { url } = await startOnNode({ ...variables, ...more, PROXY_FROM_ENVIRONMENT: "true" });
    expect((await answersOf(url))[0]).toContain("participant-unavailable");
    const direct = await startOnNode({ ...variables, ...more, JOURNAL_PATH: join(directory, "direct.sqlite") });
    expect((await answersOf(direct.url))[0]).toContain('"status":"OK"');
  });

  it("refuses a malformed variable as on Deno", async () => {
    await expect(startOnNode({ CALL_TIMEOUT_MS: "5s" })).rejects.toThrow('CALL_TIMEOUT_MS="5s": must be a whole number');
  });
});
