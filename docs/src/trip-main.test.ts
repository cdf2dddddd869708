import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { generatedBlocks, pageAt } from "./pages.ts";

type Started = ChildProcessByStdio<null, Readable, null>;

const directory = mkdtempSync(join(tmpdir(), "trips-"));
let started: readonly Started[] = [];

afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(directory, { recursive: true });
});

/** Starts a file beside this one, and resolves with the URLs that it prints. */
async function run(file: string, { args = [], env = {}, urls }: { args?: string[]; env?: Record<string, string>; urls: number }) {
  const command = ["run", "-A", "--no-prompt", join(import.meta.dirname, file), ...args];
  const child: Started = spawn(process.execPath, command, {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  started = [...started, child];
  let said = "";
  for await (const part of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(part);
    const found = [...said.matchAll(/ listening on (\S+)\n/g)].map(([, url = ""]) => url);
    if (found.length === urls) return { child, found };
  }
  throw new Error(`${file} ended: ${said}`);
}

it("books a trip, and undoes one that costs too much, in a process that ends in order", async () => {
  const [hotel = "", bank = ""] = (await run("trip-fakes.ts", { args: ["0", "0"], urls: 2 })).found;
  const env = { PORT: "0", JOURNAL_PATH: join(directory, "journal.sqlite"), HOTEL_URL: hotel, BANK_URL: bank };
  const { child, found } = await run("trip-main.ts", { env, urls: 1 });
  const book = async (nights: number) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ traveller: "Ada", nights });
    const response = await fetch(`${found[0]}/api/saga/trip`, { method: "POST", headers, body });
    return [response.status, z.looseObject({ state: z.string() }).parse(await response.json()).state];
  };
  expect(await book(2)).toEqual([200, "COMPLETED"]);
  expect(await book(9)).toEqual([409, "CANCELLED"]);
  // Not `child.kill`: after it, Deno gives the signal in place of the exit code.
  process.kill(child.pid ?? Number.NaN, "SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

it("has a package.json on its page that names each package of its files", () => {
  const page = pageAt("docs/own-saga.md");
  const [, json = ""] = /^```json\n(\{\n {2}"name": "trips",[\s\S]*?)^```$/m.exec(page.text) ?? [];
  const names = z.record(z.string(), z.string());
  const { dependencies, devDependencies } = z
    .looseObject({ dependencies: names, devDependencies: names })
    .parse(JSON.parse(json));
  const blocks = generatedBlocks(page).filter(([name]) => name.startsWith("trip-") && name !== "trip-from-code");
  const imported = blocks.flatMap(([, block]) => [...block.matchAll(/ from "([a-z][\w-]*)/g)].map(([, name = ""]) => name));
  const listed = Object.keys({ ...dependencies, ...devDependencies });
  // Its scripts and its types.
  const others = ["@types/node", "deno", "node", "typescript"];
  expect(new Set([...listed, "node"])).toEqual(new Set([...imported, ...others]));
  const own = z.looseObject({ dependencies: names, devDependencies: names });
  const docs = own.parse(JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    expect([name, version]).toEqual([name, { ...docs.dependencies, ...docs.devDependencies }[name]]);
});
