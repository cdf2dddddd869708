import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImageBuild } from "../src/containers/build-images.ts";
import { readCompose, stopGraceMsOf, variablesOf } from "../src/containers/compose.ts";
import { Container } from "../src/containers/container.ts";
import { imageOf } from "../src/containers/dockerfile.ts";
import { WebClient } from "../src/web-client.ts";

const repository = join(import.meta.dirname, "../..");
const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const { services } = readCompose(join(repository, "compose.yaml"));

let directory: string;
let build: ImageBuild;
/** What stands in the place of /run/secrets. */
let secrets: string;
let mocks: readonly Started[];
/** The variables that name services in the network of containers, with where they are here. */
let participants: Readonly<Record<string, string>>;
const running: Container[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stack-containers-"));
  build = new ImageBuild(repository, directory);
  // Another user must come through to it.
  chmodSync(directory, 0o755);
  mkdirSync(join(directory, "bin"));
  secrets = join(directory, "secrets");
  mkdirSync(secrets);
  putDeno(join(directory, "bin", "deno"));
  mocks = await Promise.all([start("store-manager"), start("payments")]);
  participants = { STORE_MANAGER_URL: mocks[0]?.url ?? "", PAYMENTS_URL: mocks[1]?.url ?? "" };
  // It installs what each image has.
}, 300_000);
afterAll(async () => {
  await Promise.all(running.map((container) => container.stop()));
  rmSync(directory, { recursive: true });
});

/** The Deno that runs this test may lie in a directory that the other user may not enter. */
function putDeno(path: string): void {
  try {
    linkSync(process.execPath, path);
  } catch {
    copyFileSync(process.execPath, path);
  }
}

/** Only root may run a process as another user. */
const isRoot = process.getuid?.() === 0;
if (!isRoot)
  process.stderr.write("The containers run as this user, not as theirs: only root may run a process as another user.\n");

function userOf(name: string) {
  const [uid = 0, gid = 0] = imageOf(build.stages, name).user.split(":").map(Number);
  return isRoot ? { uid, gid } : undefined;
}

/** An empty volume, which belongs to the user of the image. */
function makeVolume(name: string): string {
  const volume = mkdtempSync(join(directory, "volume-"));
  const user = userOf(name);
  if (user) chownSync(volume, user.uid, user.gid);
  return volume;
}

interface Started {
  readonly container: Container;
  readonly url: string;
  readonly checkHealth: () => ReturnType<Container["exec"]>;
}

/** Starts a service of compose.yaml with its variables. `more` has what differs without a network of containers. */
async function start(name: string, more: Readonly<Record<string, string>> = {}, volume?: string): Promise<Started> {
  const service = services[name];
  const target = service?.build?.target ?? "";
  if (!service) throw new Error(`compose.yaml has no service ${name}.`);
  const user = userOf(target);
  const container = new Container({
    image: imageOf(build.stages, target),
    root: await build.build(target),
    volumes: { "/run/secrets": secrets, ...(volume !== undefined && { "/data": volume }) },
    programs: join(directory, "bin"),
    ...(user && { user }),
    variables: { ...variablesOf(service), PORT: "0", ...more },
    stopGraceMs: stopGraceMsOf(service),
  });
  running.push(container);
  const url = await container.url();
  const checkHealth = () => container.exec(imageOf(build.stages, target).healthCheck, { PORT: new URL(url).port });
  return { container, url, checkHealth };
}

/** The commands that docs/deploy.md shows, by what stands before them. */
function shown(prefix: string): readonly string[] {
  const lines = readFileSync(join(repository, "docs/deploy.md"), "utf8").split("\n");
  return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length).trim());
}

async function placeOrder(url: string): Promise<string> {
  const placed = await new WebClient(url).placeOrder(order);
  if (placed.kind !== "created") throw new Error(`The order was not created: ${JSON.stringify(placed)}`);
  return placed.saga_id;
}

describe("the image of each service", () => {
  it("starts on its read-only tree, does an order, stops on SIGTERM with 0, and resumes on its volume", async () => {
    const volume = makeVolume("orchestrator");
    const first = await start("orchestrator", participants, volume);
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${first.url}/docs/swagger-ui.css`)).status).toBe(200);
    const saga = await placeOrder(first.url);
    const healths = await Promise.all([...mocks, first].map(({ checkHealth }) => checkHealth()));
    expect(healths.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await first.container.stop()).toMatchObject({ code: 0, signal: null });

    const second = await start("orchestrator", participants, volume);
    expect(await new WebClient(second.url).saga(saga)).toMatchObject({ status: "completed" });
    for (const end of ["", "-wal"]) rmSync(join(volume, `journal.sqlite${end}`));
    await expect.poll(second.checkHealth).toMatchObject({ code: 1, output: expect.stringContaining("not-ready") });
    await second.container.stop();
    expect(await second.checkHealth()).toMatchObject({ code: 1, output: expect.stringContaining("refused") });
  });

  it("has the console in that of the orchestrator, built, and what builds it in none", async () => {
    const { url } = await start("orchestrator", participants, makeVolume("orchestrator"));
    const page = await fetch(`${url}/console`);
    const [script = ""] = /\/console\/assets\/[\w-]+\.js/.exec(await page.text()) ?? [];
    expect([page.status, (await fetch(`${url}${script}`)).headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    for (const target of ["orchestrator", "mock-payments"])
      expect([target, existsSync(join(await build.build(target), "app/node_modules/vite"))]).toEqual([target, false]);
    expect(existsSync(join(await build.build("mock-payments"), "app/packages/saga-console/dist"))).toBe(false);
  });

  it("takes the tokens of a secret, and is healthy without one", async () => {
    const token = "saga_token-of-this-test";
    const hash = createHash("sha256").update(token).digest("hex");
    writeFileSync(join(secrets, "tokens"), `sha256:${hash} shop start\n`);
    const volume = makeVolume("orchestrator");
    const tokens = { INSECURE: "false", AUTH_TOKENS_FILE: join(secrets, "tokens") };
    const { url, checkHealth } = await start("orchestrator", { ...participants, ...tokens }, volume);
    expect(await checkHealth()).toMatchObject({ code: 0 });
    const place = async (headers: Readonly<Record<string, string>>) => {
      const json = { "content-type": "application/json", ...headers };
      return (await fetch(`${url}/saga/order`, { method: "POST", headers: json, body: JSON.stringify(order) })).status;
    };
    expect(await place({})).toBe(401);
    expect(await place({ authorization: `Bearer ${token}` })).toBe(200);
  });

  it("stops on SIGTERM with 0 if it is a mock", async () => {
    const stopped = await start("payments");
    expect(await stopped.container.stop()).toMatchObject({ code: 0, signal: null });
  });
});

describe("the commands that docs/deploy.md shows for a container", () => {
  it("back the journal up, check the copy, and restore it, and nothing but the volume is written", async () => {
    const volume = makeVolume("orchestrator");
    const { container, url } = await start("orchestrator", participants, volume);
    const saga = await placeOrder(url);
    const [backup = ""] = shown("docker compose exec orchestrator");
    expect(shown("kubectl exec deployment/orchestrator --")).toEqual([backup]);
    expect(await container.exec(backup.split(" "))).toMatchObject({ code: 0 });
    const [check = ""] = shown("docker compose exec --env JOURNAL_PATH=/data/backup.sqlite orchestrator");
    const ofCopy = { JOURNAL_PATH: join(volume, "backup.sqlite") };
    expect(await container.exec(check.split(" "), ofCopy)).toMatchObject({ code: 0 });
    await container.stop();

    const [restore = ""] = shown("docker compose run --rm --no-deps --entrypoint sh orchestrator -c");
    expect(await container.exec(["sh", "-c", restore.slice(1, -1)])).toMatchObject({ code: 0 });
    const [accepted = ""] = shown("JOURNAL_ACCEPT=");
    const more = { ...participants, JOURNAL_ACCEPT: accepted.split(" ")[0] ?? "" };
    const restored = await start("orchestrator", more, volume);
    expect(await new WebClient(restored.url).saga(saga)).toMatchObject({ status: "completed" });
    expect(restored.container.output).toMatch(/JOURNAL_ACCEPT=restored let this start through/);
    if (!isRoot) return;
    const writeAll = "for at in /app /app/apps /data; do touch $at/x && echo $at; done";
    expect(await restored.container.exec(["sh", "-c", writeAll])).toMatchObject({
      output: expect.stringContaining(`${volume}\n`),
    });
    const found = ["", "/app", "/app/apps"].filter((at) => existsSync(join(directory, "orchestrator", at, "x")));
    expect(found).toEqual([]);
  });
});
