import { deepStrictEqual, match, ok } from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { type Runtime, SampleProcess } from "./sample-process.ts";

const TOKEN = "the-token-of-ada";
/** The trip saga is not started here, so nobody listens. */
const NOBODY = "http://127.0.0.1:9";
/** The page, its script and its style, compressed by gzip. */
const FIRST_LOAD_BYTES_MAX = 100 * 1_024;

const decoders = [
  ["br", brotliDecompressSync],
  ["gzip", gunzipSync],
] as const;

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Uses the console of a host that serves it from the tarball, as a browser does.
 *
 * @param file the sample that serves it.
 * @throws Error when something of it is not there, or is another thing.
 */
export async function useConsole(runtime: Runtime, directory: string, file: string): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), "runtimes-console-"));
  const served = new SampleProcess(runtime, directory, [file, join(place, "journal.sqlite"), NOBODY, NOBODY, TOKEN]);
  try {
    const url = await served.line();
    const assets = await loadPage(url);
    const sizes = await Promise.all(assets.map((path) => loadAsset(`${url}${path}`)));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    ok(bytes <= FIRST_LOAD_BYTES_MAX, `The first load is ${bytes} bytes.`);
    await signIn(url);
    await served.stop();
  } finally {
    await served.kill();
    await rm(place, { recursive: true, force: true });
  }
}

/** Returns the paths of the files that the page asks for. */
async function loadPage(url: string): Promise<readonly string[]> {
  const { status, headers, body } = await send(`${url}/console/sagas/some-id`);
  deepStrictEqual([status, headers["cache-control"]], [200, "no-cache"]);
  const policy = headers["content-security-policy"];
  match(String(policy), /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/);
  ok(!String(policy).includes("unsafe"));
  const page = body.toString();
  ok(!/<script(?![^>]* src=)|<style| on\w+=/.test(page), "Something is inline.");
  const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  ok(assets.length >= 3, page);
  for (const path of assets) match(path, /^\/console\/assets\/[\w-]+-[\w-]{8}\.(?:js|css|svg)$/);
  return assets;
}

/** Loads a file as it is and compressed, and returns its size, compressed by gzip. */
async function loadAsset(url: string): Promise<number> {
  const plain = await send(url, { "accept-encoding": "identity" });
  deepStrictEqual([plain.status, plain.headers["content-encoding"]], [200, undefined]);
  let size = 0;
  for (const [encoding, decode] of decoders) {
    const { status, headers, body } = await send(url, { "accept-encoding": encoding });
    deepStrictEqual(
      [status, headers["content-encoding"], headers["cache-control"], headers["x-content-type-options"]],
      [200, encoding, "public, max-age=31536000, immutable", "nosniff"],
    );
    deepStrictEqual(decode(body), plain.body);
    if (encoding === "gzip") size = body.byteLength;
  }
  return size;
}

/** Begins a session. It shows the sagas to its own page, and to no other. */
async function signIn(url: string): Promise<void> {
  const own = { "x-saga-console": "1" };
  const begin = (token: string, headers: Readonly<Record<string, string>> = own) =>
    send(`${url}/console/session`, headers, JSON.stringify({ token }));
  deepStrictEqual([(await begin("another")).status, (await begin(TOKEN, {})).status], [401, 403]);
  const begun = await begin(TOKEN);
  const [cookie = ""] = begun.headers["set-cookie"] ?? [];
  match(cookie, /^saga_console=[0-9a-f]{64}; .*HttpOnly; SameSite=Strict$/);
  const session = { cookie: cookie.split(";")[0] ?? "" };
  const reads = [own, session, { ...own, ...session }].map((headers) => send(`${url}/sagas`, headers));
  deepStrictEqual(
    (await Promise.all(reads)).map(({ status }) => status),
    [401, 401, 200],
  );
}

/** By `node:http`: `fetch` would undo the encoding of a body, and tell nobody. */
function send(url: string, headers: Readonly<Record<string, string>> = {}, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: body === undefined ? "GET" : "POST", headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.once("error", reject);
      reply.once("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
