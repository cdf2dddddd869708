import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { freePorts } from "test-kit/restate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { ServiceProcess } from "../src/service-process.ts";
import { call } from "../src/wire.ts";
import { areInstalled } from "./are-installed.ts";

const repository = join(import.meta.dirname, "../..");
const order = JSON.stringify({ user_id: 1, items: [{ product_id: 1, quantity: 1 }] });
const TOKEN = "saga_token-of-this-test";

let directory: string;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stack-proxy-"));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  rmSync(directory, { recursive: true });
});

interface Ports {
  readonly callers: number;
  readonly operators: number;
}

/** A proxy that this machine may have, and its configuration in deploy/, with the ports and the certificate of this test. */
interface Proxy {
  readonly file: string;
  readonly program: string;
  /** The signal that ends it at once, with what it has started. */
  readonly end: NodeJS.Signals;
  readonly write: (configuration: string) => readonly string[];
}

const proxies: Readonly<Record<string, Proxy>> = {
  nginx: {
    file: "nginx.conf",
    program: "nginx",
    end: "SIGTERM",
    write: (configuration) => {
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `${kind}_temp_path ${directory}/${kind};`,
      );
      const whole = `daemon off;\npid ${directory}/pid;\nevents {}\nhttp {\naccess_log off;\n${temporary.join("\n")}\n${configuration}}\n`;
      writeFileSync(join(directory, "nginx.conf"), whole);
      return ["-p", directory, "-e", "stderr", "-c", join(directory, "nginx.conf")];
    },
  },
  caddy: {
    file: "Caddyfile",
    program: "caddy",
    end: "SIGKILL",
    write: (configuration) => {
      writeFileSync(join(directory, "Caddyfile"), `{\nadmin off\nauto_https disable_redirects\n}\n${configuration}`);
      return ["run", "--adapter", "caddyfile", "--config", join(directory, "Caddyfile")];
    },
  },
};

function makeCertificate(): void {
  const names = "subjectAltName=DNS:saga.example.com,DNS:saga-operators.example.com";
  const made = ["-keyout", join(directory, "saga.key"), "-out", join(directory, "saga.crt")];
  const terms = ["-days", "1", "-subj", "/CN=saga.example.com", "-addext", names];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", ...made, ...terms],
    {
      stdio: "ignore",
    },
  );
}

async function startProxy(proxy: Proxy, to: Ports): Promise<Ports> {
  const { ingress: callers, admin: operators } = await freePorts();
  const changes: readonly (readonly [string | RegExp, string])[] = [
    ["127.0.0.1:5123", `127.0.0.1:${to.callers}`],
    ["127.0.0.1:5124", `127.0.0.1:${to.operators}`],
    [/(listen |example\.com:)443/g, `$1${callers}`],
    [/(listen |example\.com:)8443/g, `$1${operators}`],
    [/\/etc\/(nginx|caddy)\/tls/g, directory],
  ];
  const shown = readFileSync(join(repository, "deploy", proxy.file), "utf8");
  const configuration = changes.reduce((made, [from, into]) => made.replaceAll(from, into), shown);
  const child = spawn(proxy.program, [...proxy.write(configuration)], {
    env: { ...process.env, HOME: directory, XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (chunk) => {
    output += String(chunk);
  });
  const ended = once(child, "close");
  cleanUps.push(async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, proxy.end);
    await ended;
  });
  const isUp = async () => (await through(callers, "/health/live").catch(() => undefined))?.statusCode;
  await expect.poll(isUp, { message: output }).toBe(200);
  return { callers, operators };
}

interface Sent {
  readonly host?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request through the proxy, with TLS, to the name that its certificate has. */
async function through(port: number, path: string, sent: Sent = {}): Promise<IncomingMessage> {
  const { host = "saga.example.com", body, headers = {} } = sent;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const json =
    body === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
  const asked = request(
    {
      host: "127.0.0.1",
      port,
      path,
      method: body === undefined ? "GET" : "POST",
      servername: host,
      ca: readFileSync(join(directory, "saga.crt")),
      headers: { host, ...json, ...headers },
      agent: false,
    },
    resolve,
  );
  asked.on("error", reject);
  asked.end(body);
  return await promise;
}

const withToken = { authorization: `Bearer ${TOKEN}` };

async function startServices(): Promise<Ports & { readonly payments: string }> {
  const service = async (options: Parameters<typeof ServiceProcess.start>[0]) => {
    const started = await ServiceProcess.start(options);
    cleanUps.push(() => started.stop("SIGKILL"));
    return started;
  };
  const [storeManager, payments, ports] = await Promise.all([
    service({ name: "mock-store-manager", variables: { PORT: "0" } }),
    service({ name: "mock-payments", variables: { PORT: "0" } }),
    freePorts(),
  ]);
  mkdirSync(join(directory, "data"));
  writeFileSync(join(directory, "tokens"), `sha256:${createHash("sha256").update(TOKEN).digest("hex")} shop start,operate\n`);
  await service({
    name: "orchestrator",
    variables: {
      PORT: String(ports.ingress),
      OPERATOR_PORT: String(ports.admin),
      JOURNAL_PATH: join(directory, "data", "journal.sqlite"),
      STORE_MANAGER_URL: storeManager.url,
      PAYMENTS_URL: payments.url,
      AUTH_TOKENS_FILE: join(directory, "tokens"),
      ...variablesInDocs(),
    },
  });
  return { callers: ports.ingress, operators: ports.admin, payments: payments.url };
}

/** Those that docs/deploy.md gives to an orchestrator behind a proxy. */
function variablesInDocs(): Readonly<Record<string, string>> {
  const page = readFileSync(join(repository, "docs/deploy.md"), "utf8");
  const [part = ""] = /^## Behind a reverse proxy\n[\s\S]*?(?=^## )/m.exec(page) ?? [];
  const lines = [...part.matchAll(/^(ALLOWED_HOSTS|TRUST_PROXY|STREAMS_PER_ADDRESS_MAX)=(.*)$/gm)];
  expect(lines).toHaveLength(3);
  return Object.fromEntries(lines.map(([, name, value]) => [name, value]));
}

for (const [name, proxy] of Object.entries(proxies)) {
  describe.runIf(areInstalled([proxy.program], `The configuration of ${name}`))(`deploy/${proxy.file}`, () => {
    it("carries orders with TLS and a token, events as they come, and no route of operators to callers", async () => {
      makeCertificate();
      const services = await startServices();
      const { callers, operators } = await startProxy(proxy, services);

      const refused = await through(callers, "/saga/order", { body: order });
      expect(refused.statusCode).toBe(401);
      refused.resume();
      const placed = await through(callers, "/saga/order", { body: order, headers: withToken });
      expect([placed.statusCode, await text(placed)]).toEqual([200, expect.stringContaining('"state":"COMPLETED"')]);

      const large = await through(callers, "/saga/order", { body: `"${"x".repeat(70_000)}"`, headers: withToken });
      expect([large.statusCode, large.headers["content-type"]]).toEqual([413, "application/problem+json"]);
      large.resume();

      const slow = { route: "POST /payments", fault: "delay", delay_ms: 60_000, times: 1 };
      await call(`${services.payments}/control/faults`, z.unknown(), slow);
      const asynchronous = { ...withToken, prefer: "respond-async", "x-forwarded-prefix": "/of-a-client" };
      const started = await through(callers, "/saga/order", { body: order, headers: asynchronous });
      const accepted = await text(started);
      expect(started.statusCode).toBe(202);
      expect(`${started.headers.location} ${accepted}`).not.toContain("of-a-client");
      const { saga_id: saga } = z.looseObject({ saga_id: z.string() }).parse(JSON.parse(accepted));
      const stream = await through(callers, `/sagas/${saga}/events`, { headers: { ...withToken, accept: "text/event-stream" } });
      let seen = "";
      stream.on("data", (chunk) => {
        seen += String(chunk);
      });
      // The payment is under way for a minute: what comes before its end was not held back.
      await expect.poll(() => seen).toContain("read-amount");
      const now = await through(callers, `/sagas/${saga}`, { headers: withToken });
      expect(await text(now)).toContain('"status":"running"');
      stream.destroy();

      const list = await through(callers, "/sagas", { headers: withToken });
      expect(list.statusCode).toBe(404);
      list.resume();
      const host = "saga-operators.example.com";
      const listed = await through(operators, "/sagas", { host, headers: withToken });
      expect([listed.statusCode, await text(listed)]).toEqual([200, expect.stringContaining(saga)]);
      const health = await through(operators, "/health/ready", { host });
      expect(health.statusCode).toBe(200);
      health.resume();
    });
  });
}
