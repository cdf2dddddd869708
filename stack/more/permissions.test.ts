import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { environmentSchema } from "orchestrator/config";
import { listen } from "service-kit";
import { freePorts, RestateNode } from "test-kit/restate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { describeEnd, type ServiceEnd, ServiceProcess } from "../src/service-process.ts";
import type { Attempt } from "./permission-probe.ts";

const runFile = promisify(execFile);
const repository = join(import.meta.dirname, "../..");
const startScript = join(repository, "packages/service-kit/start.sh");
const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };

type Variables = Readonly<Record<string, string>>;
type App = "orchestrator" | "mock-store-manager" | "mock-payments";

let directory: string;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "stack-permissions-")));
  mkdirSync(join(directory, "data"));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  rmSync(directory, { recursive: true });
});

/** The environment of `start`: only what it needs to find Deno. */
function environmentOf(variables: Variables): NodeJS.ProcessEnv {
  const { HOME = "", DENO_DIR } = process.env;
  const deno = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME, ...(DENO_DIR !== undefined && { DENO_DIR }) };
  return { ...deno, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", ...variables };
}

interface Started {
  readonly pid: number;
  readonly output: () => string;
  readonly url: () => Promise<string>;
  readonly ended: Promise<ServiceEnd>;
}

/** Starts an app as its script does. */
function start(app: App, variables: Variables): Started {
  const child = spawn("sh", [startScript, join(repository, "apps", app)], {
    env: environmentOf(variables),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += String(chunk);
    });
  const { promise: ended, resolve } = Promise.withResolvers<ServiceEnd>();
  child.on("close", (code, signal) => resolve({ code, signal }));
  cleanUps.push(async () => {
    signalTo(child, "SIGKILL");
    await ended;
  });
  const url = async () => {
    const listening = /listening on (\S+)\n/;
    const over = ended.then((end) => expect.unreachable(`it ended: ${describeEnd(end)}\n${output}`));
    await Promise.race([expect.poll(() => output).toMatch(listening), over]);
    return listening.exec(output)?.[1] ?? "";
  };
  return { pid: child.pid ?? 0, output: () => output, url, ended };
}

function signalTo({ pid }: Pick<ChildProcess, "pid">, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** Runs the probe with the permissions that `start` computes for an app. */
async function probe(app: App, variables: Variables, attempts: readonly Attempt[]): Promise<readonly string[]> {
  const command = join(repository, "apps", app, "src/print-command.ts");
  const env = environmentOf(variables);
  const computing = ["run", "--no-prompt", "--allow-env", "--allow-read", "--allow-net", command];
  const { stdout } = await runFile(process.execPath, computing, { env });
  const [program = "", ...words] = stdout.trim().split("\n");
  const main = words.pop();
  expect(main).toBe(join(repository, "apps", app, "src/main.ts"));
  const probed = [...words, join(import.meta.dirname, "permission-probe.ts"), JSON.stringify(attempts)];
  return z.array(z.string()).parse(JSON.parse((await runFile(program, probed, { env })).stdout));
}

async function startMocks(more: Variables = {}): Promise<Variables> {
  const mock = async (name: "mock-store-manager" | "mock-payments") => {
    const service = await ServiceProcess.start({ name, variables: { PORT: "0", ...more } });
    cleanUps.push(() => service.stop());
    return service.url;
  };
  const [STORE_MANAGER_URL, PAYMENTS_URL] = await Promise.all([mock("mock-store-manager"), mock("mock-payments")]);
  return { STORE_MANAGER_URL, PAYMENTS_URL };
}

/** A server of keys, and a token that it makes good. */
async function startIssuer(): Promise<{ readonly url: string; readonly token: string }> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "EdDSA", use: "sig" }] });
  const headers = { "content-type": "application/json" };
  const { url, close } = await listen({ fetch: () => new Response(keys, { headers }), host: "127.0.0.1", port: 0 });
  cleanUps.push(() => close());
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: "issuer", aud: "orchestrator", sub: "ada", roles: ["start"], exp: Math.floor(Date.now() / 1_000) + 600 };
  const signed = `${part({ alg: "EdDSA", kid: "1" })}.${part(claims)}`;
  return { url, token: `${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}` };
}

/**
 * Every variable that the orchestrator has, each set: to its example, or to what works here. A participant's token is in a file, and so in no
 * variable.
 */
async function everyVariable(more: Variables): Promise<Variables> {
  const REQUIRED_TOKEN = "token-of-the-participants-of-this-test";
  const participants = await startMocks({ REQUIRED_TOKEN });
  const tokenFile = join(directory, "token-for-participants");
  writeFileSync(tokenFile, REQUIRED_TOKEN, { mode: 0o600 });
  // Last: what is started before takes free ports too.
  const ports = await freePorts();
  const examples = Object.entries(environmentSchema.shape).map(([name, variable]) => {
    const { example } = variable.meta() ?? {};
    return [name, String(example)] as const;
  });
  const here = {
    HOST: "localhost",
    PORT: String(ports.ingress),
    OPERATOR_HOST: "127.0.0.1",
    OPERATOR_PORT: String(ports.admin),
    RESTATE_ENDPOINT_PORT: String(ports.node),
    RESTATE_ENDPOINT_URL: `http://127.0.0.1:${ports.node}`,
    JOURNAL_PATH: join(directory, "data", "journal.sqlite"),
    JOURNAL_ACCEPT: "new",
    ENGINE: "embedded",
    PATH_PREFIX: "",
    CLOCK_ACCEPT: new Date().toISOString().slice(0, 10),
    CONNECTIONS_MAX: "100",
    STORE_MANAGER_KEYED: "true",
    PAYMENTS_KEYED: "false",
    STORE_MANAGER_TOKEN_FILE: tokenFile,
    PAYMENTS_TOKEN_FILE: tokenFile,
    ...participants,
    ...more,
  };
  const { STORE_MANAGER_TOKEN, PAYMENTS_TOKEN, ...given } = Object.fromEntries(examples);
  return { ...given, ...here };
}

async function placeOrder(url: string, token: string): Promise<number> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/saga/order`, { method: "POST", headers, body: JSON.stringify(order) });
  await response.body?.cancel();
  return response.status;
}

function writeTokens(path: string, token: string): void {
  writeFileSync(path, `sha256:${createHash("sha256").update(token).digest("hex")} shop start\n`);
}

describe("the orchestrator as its start script runs it", () => {
  it.for(["embedded", "restate"] as const)("does an order with every variable set, on the engine %s", async (ENGINE) => {
    const { url: issuer, token } = await startIssuer();
    writeTokens(join(directory, "tokens"), "saga_of-the-file");
    const restate = ENGINE === "restate" ? await RestateNode.start() : undefined;
    if (restate) cleanUps.push(() => restate.stop());
    const auth = { AUTH_JWKS_URL: issuer, AUTH_ISSUER: "issuer", AUTH_AUDIENCE: "orchestrator", AUTH_ALGORITHMS: "EdDSA" };
    const claims = { AUTH_ROLES_CLAIM: "roles", AUTH_TENANT_CLAIM: "tenant", AUTH_TOKENS_FILE: join(directory, "tokens") };
    const urls = { RESTATE_INGRESS_URL: restate?.ingressUrl ?? issuer, RESTATE_ADMIN_URL: restate?.adminUrl ?? issuer };
    const { RESTATE_IDENTITY_KEY, ...variables } = await everyVariable({ ENGINE, ...auth, ...claims, ...urls });
    // This Restate does not sign.
    const { url, output, pid, ended } = start("orchestrator", { ...variables, ...(!restate && { RESTATE_IDENTITY_KEY }) });
    const own = await url();
    expect(await placeOrder(own, token)).toBe(200);
    expect(await placeOrder(own, "saga_of-the-file")).toBe(200);
    expect((await fetch(`${own}/docs/swagger-ui.css`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${variables["OPERATOR_PORT"]}/health/ready`)).status).toBe(200);
    process.kill(pid, "SIGTERM");
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output()).not.toMatch(/Requires|NotCapable/);
  });

  it("cannot reach a host or a port, a file, a variable or a program that its configuration does not name", async () => {
    const [participants, elsewhere, ports] = await Promise.all([startMocks(), startIssuer(), freePorts()]);
    const data = join(directory, "data");
    const journal = join(data, "journal.sqlite");
    const variables = { PORT: String(ports.ingress), JOURNAL_PATH: journal, ...participants, SECRET_OF_OTHERS: "x" };
    const port = Number(new URL(elsewhere.url).port);
    const refused: readonly Attempt[] = [
      { try: "fetch", at: elsewhere.url },
      { try: "fetch", at: "http://example.com/" },
      { try: "fetch", at: "http://169.254.169.254/" },
      // The participant's host by another name.
      { try: "fetch", at: (participants["PAYMENTS_URL"] ?? "").replace("127.0.0.1", "localhost") },
      { try: "connect", host: "127.0.0.1", port },
      { try: "connect", host: "localhost", port },
      { try: "listen", host: "127.0.0.1", port: ports.node },
      { try: "listen", host: "0.0.0.0", port: ports.ingress },
      { try: "read", at: "/etc/passwd" },
      { try: "read", at: "/proc/self/environ" },
      { try: "read", at: join(data, "../tokens") },
      { try: "read", at: join(repository, "package.json") },
      { try: "write", at: join(data, "other.sqlite") },
      { try: "write", at: join(directory, "escaped") },
      { try: "write", at: join(repository, "apps/orchestrator/src/main.ts") },
      { try: "variable", at: "SECRET_OF_OTHERS" },
      { try: "variable", at: "PATH" },
      { try: "run", at: "/bin/true" },
      { try: "run", at: process.execPath },
      { try: "library", at: "/lib/x86_64-linux-gnu/libc.so.6" },
      { try: "import", at: `${elsewhere.url}/code.ts` },
      { try: "import", at: "https://deno.land/std/version.ts" },
      { try: "user" },
    ];
    const ends = await probe("orchestrator", variables, refused);
    expect(ends.map((end, index) => [refused[index], end])).toEqual(refused.map((each) => [each, "refused"]));
    const allowed: readonly Attempt[] = [
      { try: "fetch", at: participants["PAYMENTS_URL"] ?? "" },
      { try: "listen", host: "127.0.0.1", port: ports.ingress },
      { try: "write", at: journal },
      { try: "read", at: journal },
      { try: "variable", at: "JOURNAL_PATH" },
    ];
    expect(await probe("orchestrator", variables, allowed)).toEqual(allowed.map(() => "allowed"));
  });

  it("reaches a participant through the proxy of the environment, which is on no list", async () => {
    const paths: string[] = [];
    const proxy = createServer(({ url = "" }, reply) => {
      paths.push(url);
      reply.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    cleanUps.push(async () => void proxy.close());
    const address = proxy.address();
    const HTTP_PROXY = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    const journal = { PORT: "0", JOURNAL_PATH: join(directory, "journal.sqlite"), SYNC_WAIT_MS_MAX: "0" };
    const proxied = { HTTP_PROXY, PROXY_FROM_ENVIRONMENT: "true", STORE_MANAGER_URL: "http://store.invalid" };
    const url = await start("orchestrator", { ...journal, ...proxied }).url();
    await placeOrder(url, "of-nobody");
    await expect.poll(() => paths).toContainEqual(expect.stringMatching(/^http:\/\/store\.invalid\/./));
  });

  it("takes new tokens of a secret whose files are links that lead elsewhere each time", async () => {
    const mounted = join(directory, "secret");
    mkdirSync(mounted);
    const put = (version: string, token: string) => {
      mkdirSync(join(mounted, version));
      writeTokens(join(mounted, version, "tokens"), token);
      symlinkSync(version, join(mounted, "..new"));
      renameSync(join(mounted, "..new"), join(mounted, "..data"));
    };
    put("..1", "saga_old");
    symlinkSync("..data/tokens", join(mounted, "tokens"));
    const variables = { PORT: "0", JOURNAL_PATH: join(directory, "journal.sqlite"), AUTH_TOKENS_FILE: join(mounted, "tokens") };
    const url = await start("orchestrator", { ...variables, ...(await startMocks()) }).url();
    expect(await placeOrder(url, "saga_old")).toBe(200);
    put("..2", "saga_new");
    await expect.poll(() => placeOrder(url, "saga_old")).toBe(401);
    expect(await placeOrder(url, "saga_new")).toBe(200);
  });

  it("refuses a malformed variable once, with its own message and exit code, and starts nothing", async () => {
    const { ended, output } = start("orchestrator", { CALL_TIMEOUT_MS: "5s" });
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(output().match(/CALL_TIMEOUT_MS="5s": must be a whole number/g)).toHaveLength(1);
    expect(output()).not.toContain("listening");
  });

  it("is the process that was started: killed, it leaves nothing behind that listens", async () => {
    const { pid, url, ended } = start("orchestrator", { PORT: "0", JOURNAL_PATH: join(directory, "journal.sqlite") });
    const own = await url();
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toContain("main.ts");
    process.kill(pid, "SIGKILL");
    expect(await ended).toEqual({ code: null, signal: "SIGKILL" });
    await expect(fetch(`${own}/health/live`)).rejects.toThrow();
  });

  it("ends with 0 on a SIGTERM that comes while its permissions are computed", async () => {
    const { pid, ended, output } = start("orchestrator", { PORT: "0", JOURNAL_PATH: join(directory, "journal.sqlite") });
    const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    await expect.poll(children, { interval: 1 }).not.toBe("");
    process.kill(pid, "SIGTERM");
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output()).toBe("");
  });
});

describe("a mock as its start script runs it", () => {
  it("reaches nothing but its own port and the URL that it signals, and writes nothing", async () => {
    const [{ url: signals }, { url: elsewhere }, ports] = await Promise.all([startIssuer(), startIssuer(), freePorts()]);
    const variables = { PORT: String(ports.ingress), SIGNAL_URL: `${signals}/signals` };
    const attempts: readonly Attempt[] = [
      { try: "fetch", at: `${signals}/signals/1` },
      { try: "listen", host: "127.0.0.1", port: ports.ingress },
      { try: "fetch", at: elsewhere },
      { try: "listen", host: "127.0.0.1", port: ports.admin },
      { try: "read", at: "/etc/passwd" },
      { try: "write", at: join(directory, "escaped") },
      { try: "run", at: "/bin/true" },
    ];
    const ends = ["allowed", "allowed", ...Array.from({ length: 5 }, () => "refused")];
    expect(await probe("mock-payments", variables, attempts)).toEqual(ends);
    const [signal] = await probe("mock-store-manager", variables, attempts);
    expect(signal).toBe("refused");
  });

  it("starts, answers, and ends with 0 on SIGTERM", async () => {
    for (const app of ["mock-store-manager", "mock-payments"] as const) {
      const { url, pid, ended } = start(app, { PORT: "0" });
      const response = await fetch(`${await url()}/control/ledger`);
      expect(response.status).toBe(200);
      await response.body?.cancel();
      process.kill(pid, "SIGTERM");
      expect(await ended).toEqual({ code: 0, signal: null });
    }
  });
});
