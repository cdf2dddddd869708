import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { ServiceProcess } from "../src/service-process.ts";
import { call } from "../src/wire.ts";

let directory: string;
const cleanUps: (() => unknown)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stack-e2e-"));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  rmSync(directory, { recursive: true });
});

/** A server that counts its requests. */
async function counting() {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => server.close());
  return { url: `http://127.0.0.1:${portOf(server.address())}`, requests: () => requests };
}

function portOf(address: unknown): number {
  return z.object({ port: z.int() }).parse(address).port;
}

/** Opens idle connections. Gives how many are closed, and what the closed ones were told. */
function openIdle(url: string, count: number) {
  let closed = 0;
  const told = new Set<string>();
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("error", () => undefined).on("data", (chunk) => told.add(String(chunk).slice(0, 12)));
    return socket.on("close", () => {
      closed += 1;
    });
  });
  return {
    closed: () => closed,
    told,
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

it("refuses the connections that its limit of open files does not allow, answers when they have gone, and uses no proxy", async () => {
  const [storeManager, proxy] = [await counting(), await counting()];
  const { url, stop } = await start(storeManager.url, proxy.url);
  const idle = openIdle(url, 900);
  cleanUps.push(idle.end);
  // 512 descriptors: those of the process itself, 224 in reserve, and 128 for participants.
  await expect.poll(idle.closed, { timeout: 20_000 }).toBeGreaterThan(900 - (512 - 224 - 128));
  expect([...idle.told]).toEqual(["HTTP/1.1 503"]);
  idle.end();
  await expect.poll(async () => (await fetch(`${url}/health/live`)).status, { timeout: 20_000 }).toBe(200);
  await call(`${url}/saga/order`, z.unknown(), { user_id: 1, items: [{ product_id: 1, quantity: 1 }] });
  await expect.poll(storeManager.requests, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(proxy.requests()).toBe(0);
  expect((await stop()).code).toBe(0);
});

async function start(storeManagerUrl: string, proxyUrl: string) {
  const variables = {
    PORT: "0",
    JOURNAL_PATH: join(directory, "journal.sqlite"),
    STORE_MANAGER_URL: storeManagerUrl,
    SYNC_WAIT_MS_MAX: "0",
    SHUTDOWN_GRACE_MS: "0",
    HTTP_PROXY: proxyUrl,
    ALL_PROXY: proxyUrl,
  };
  const service = await ServiceProcess.start({ name: "orchestrator", variables, openFilesMax: 512 });
  cleanUps.push(() => service.stop("SIGKILL"));
  return { url: service.url, stop: () => service.stop() };
}
