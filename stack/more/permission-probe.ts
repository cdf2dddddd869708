/** Tries in the place of an app what its permissions must refuse, and what they must allow. Prints how each attempt ended, as JSON. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { userInfo } from "node:os";
import process from "node:process";
import { z } from "zod";

const attempt = z.discriminatedUnion("try", [
  z.object({ try: z.literal("fetch"), at: z.string() }),
  z.object({ try: z.literal("connect"), host: z.string(), port: z.int() }),
  z.object({ try: z.literal("listen"), host: z.string(), port: z.int() }),
  z.object({ try: z.literal("read"), at: z.string() }),
  z.object({ try: z.literal("write"), at: z.string() }),
  z.object({ try: z.literal("variable"), at: z.string() }),
  z.object({ try: z.literal("run"), at: z.string() }),
  z.object({ try: z.literal("library"), at: z.string() }),
  z.object({ try: z.literal("import"), at: z.string() }),
  z.object({ try: z.literal("user") }),
]);

export type Attempt = z.input<typeof attempt>;

/** What the runtime says of what it refuses: its own errors, and that of a look-up. */
const REFUSAL = /Requires .* access|EPERM|NotCapable|--no-remote|--cached-only/;

async function perform(given: z.output<typeof attempt>): Promise<unknown> {
  switch (given.try) {
    case "fetch":
      return await (await fetch(given.at)).text();
    case "connect":
      return await settled(connect(given.port, given.host), "connect");
    case "listen":
      return await settled(createServer().listen(given.port, given.host), "listening");
    case "read":
      return readFileSync(given.at);
    case "write":
      // It adds nothing: where the permissions fail, this must not be what harms the file.
      return closeSync(openSync(given.at, "a"));
    case "variable":
      return process.env[given.at];
    case "run": {
      const { error } = spawnSync(given.at);
      if (error) throw error;
      return undefined;
    }
    case "library":
      return process.dlopen({ exports: {} }, given.at);
    case "import":
      return await import(given.at);
    case "user":
      return userInfo();
    default:
      return given satisfies never;
  }
}

interface Emitter {
  readonly once: (event: string, listener: (value?: unknown) => void) => unknown;
}

async function settled(emitter: Emitter, event: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  emitter.once(event, () => resolve());
  emitter.once("error", reject);
  // Where it may not listen, Deno throws when nobody can catch it.
  process.once("uncaughtException", reject);
  await promise;
}

async function end(given: z.output<typeof attempt>): Promise<string> {
  try {
    await perform(given);
    return "allowed";
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return REFUSAL.test(text) ? "refused" : text;
  }
}

const ends: string[] = [];
for (const given of z.array(attempt).parse(JSON.parse(process.argv[2] ?? ""))) ends.push(await end(given));
process.stdout.write(`${JSON.stringify(ends)}\n`);
process.exit(0);
