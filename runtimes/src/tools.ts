import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { runCommand } from "release";
import { z } from "zod";

const directory = join(import.meta.dirname, "../tools");
const modules = join(directory, "node_modules");
/** Holds the lockfile of what is installed. */
const stamp = join(modules, ".installed.json");
const workerd = z.object({ version: z.string() });
const bunNames: Readonly<Record<string, string>> = { x64: "x64", arm64: "aarch64" };

/** Where the programs are that run the samples. */
export interface Tools {
  readonly node: string;
  readonly bun: string;
  readonly deno: string;
  /** Bundles a worker and serves it in workerd: a script for Node. */
  readonly serveWorker: string;
  readonly workerdVersion: string;
}

/**
 * Installs the runtimes, unless the lockfile's are installed.
 *
 * @throws Error when there are none for this machine: another runtime must not stand in for the one that is named.
 */
export async function installTools(): Promise<Tools> {
  const lockfile = await readFile(join(directory, "package-lock.json"), "utf8");
  const installed = await readFile(stamp, "utf8").catch(() => "");
  const bunName = bunNames[process.arch];
  if (process.platform !== "linux" || bunName === undefined)
    throw new Error(`The runtimes are installed for Linux on x64 and arm64, and not for ${process.platform} on ${process.arch}.`);
  if (installed !== lockfile) {
    await runCommand("npm", ["ci"], directory);
    await writeFile(stamp, lockfile);
  }
  return {
    node: join(modules, `node-linux-${process.arch}/bin/node`),
    bun: join(modules, `@oven/bun-linux-${bunName}/bin/bun`),
    deno: process.execPath,
    serveWorker: join(directory, "serve-worker.js"),
    workerdVersion: workerd.parse(JSON.parse(await readFile(join(modules, "workerd/package.json"), "utf8"))).version,
  };
}
