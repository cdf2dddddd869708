import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runCommand } from "release";

const directory = join(import.meta.dirname, "../node24");

/**
 * The folder of the pinned Node 24, installed when it is not there: only these tests need it.
 *
 * @throws Error where there is none for this machine.
 */
export async function installNode24(): Promise<string> {
  const bin = join(directory, `node_modules/node-${process.platform}-${process.arch}/bin`);
  if (!existsSync(bin)) await runCommand("npm", ["ci", "--no-audit", "--no-fund"], directory);
  if (!existsSync(bin)) throw new Error(`No Node 24 is pinned for ${process.platform} on ${process.arch}.`);
  return bin;
}
