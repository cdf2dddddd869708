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
const LOCK_LOOK_MS = 250;
const run = promisify(execFile);

/** The server cannot be had on this machine. */
export class NoRestateServer extends Error {
  override readonly name = "NoRestateServer";
}

/**
 * The path of the server's binary, installed first where it is not there yet.
 *
 * @param onInstall told before something is downloaded.
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

/** Two who install at once would be in each other's way. */
async function install(onInstall: () => void): Promise<void> {
  while (!(await lock())) {
    await setTimeout(LOCK_LOOK_MS);
    if (findBinary() !== undefined) return;
  }
  try {
    if (findBinary() !== undefined) return;
    onInstall();
    await run("npx", ["--yes", "pnpm@12.21.0", "install", "--frozen-lockfile", "--dir", directory], { cwd: directory });
  } catch (cause) {
    throw new NoRestateServer(
      `The Restate server could not be installed: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
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

/** The binary itself, not the shim in `.bin`: a shim that is killed leaves the server behind. */
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
