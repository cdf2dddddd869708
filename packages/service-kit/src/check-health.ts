/**
 * The health check of a container, which has no curl: asks the service that listens on `PORT` of `HOST` for a path, and exits 0 if its answer is
 * 2xx, 1 if not. It loads no framework, because it runs every few seconds.
 *
 * Arguments: the port where `PORT` is unset, and the path.
 */
import process from "node:process";
import { messageOf } from "./message-of.ts";
import { reachableHost } from "./reachable-host.ts";

/** Less than the timeout of the HEALTHCHECK in the Dockerfile, so that the reason is printed. */
const ANSWER_MS_MAX = 4_000;

const [, , defaultPort = "", path = "/"] = process.argv;
// biome-ignore lint/style/noProcessEnv: this is a process of its own, and its two variables are the service's.
const { HOST = "127.0.0.1", PORT = defaultPort } = process.env;

try {
  const host = reachableHost(HOST);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${PORT}${path}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  process.stdout.write(`${response.status} ${await response.text()}\n`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}

/** What fetch says of a failed connection is in the cause of its error. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? reasonOf(error.cause) : messageOf(error);
}
