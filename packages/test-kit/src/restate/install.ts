import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const directory = join(import.meta.dirname, "../../restate-server");
const LOCK = join(directory, ".installing");
const LOCK_POLL_MS = 250;
const run = promisify(execFile);

/** There is no server for this machine, or it cannot be installed. */
export class NoRestateServer extends Error {
  override readonly name = "NoRestateServer";
}

/**
 * Gives the path of the server's binary, and installs the server first if it is missing.
 *
 * @param onInstall called before a download. Default: nothing.
 * @throws NoRestateServer
 */
export async function restateServerBinary(onInstall: () => void = () => undefined): Promise<string> {
  if (findBinary() === undefined) await install(onInstall);
  const binary = findBinary();
  if (binary === undefined) {
    throw new NoRestateServer(
      `There is no Restate server for ${process.platform} on ${process.arch}; there is one for Linux and macOS on x64 and arm64.`,
    );
  }
  return binary;
}

/** Only one process installs at a time: two would disturb each other. */
async function install(onInstall: () => void): Promise<void> {
  while (!(await lock())) {
    await setTimeout(LOCK_POLL_MS);
    if (findBinary() !== undefined) return;
  }
  try {
    if (findBinary() !== undefined) return;
    onInstall();
    await run("npx", ["--yes", "pnpm@12.21.0", "install", "--frozen-lockfile", "--dir", directory], { cwd: directory });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NoRestateServer(`The Restate server could not be installed: ${reason}`, { cause });
  } finally {
    await rmdir(LOCK);
  }
}

async function lock(): Promise<boolean> {
  try {
    await mkdir(LOCK);
    return true;
  } catch {
    return false;
  }
}

/** Finds the binary itself, not the shim in `.bin`: killing the shim would not kill the server. */
function findBinary(): string | undefined {
  try {
    const ofServer = createRequire(
      createRequire(join(directory, "package.json")).resolve("@restatedev/restate-server/package.json"),
    );
    const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
    const binary = join(ofServer.resolve(`${platform}/package.json`), "..", "bin", "restate-server");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
