import { execFile, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { LoadOptions } from "./load.ts";

/** What a load brought about. Latencies in milliseconds. */
export interface LoadResult {
  readonly sagas: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

/** Whether `wrk` is installed (Debian's package `wrk`): it takes a quarter of the processor time of callers in JavaScript. */
export const hasWrk = spawnSync("wrk", ["--version"]).error === undefined;

const summary = z.object({
  requests: z.number(),
  seconds: z.number(),
  p50: z.number(),
  p99: z.number(),
  /** Replies with a status of 400 or more. */
  refused: z.number(),
  broken: z.number(),
});

/** Lets a number of callers place orders for `ms` milliseconds, rounded up to seconds. */
export async function loadWithWrk(url: string, directory: string, options: LoadOptions): Promise<LoadResult> {
  const { callers, ms, order, status, headers = {} } = options;
  const script = join(directory, "order.lua");
  writeFileSync(script, scriptOf(order, headers));
  const load = ["-t1", `-c${callers}`, `-d${Math.ceil(ms / 1_000)}s`, "--timeout", "60s", "-s", script, `${url}/saga/order`];
  const { stdout } = await promisify(execFile)("wrk", load);
  const { requests, refused, broken, seconds, ...latencies } = summary.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  const expected = status >= 400 ? requests : 0;
  if (refused !== expected || broken > 0)
    throw new Error(`Of ${requests} orders ${refused} were refused, and ${broken} got no answer.`);
  return { sagas: requests, seconds, ...latencies };
}

function scriptOf(order: object, headers: Readonly<Record<string, string>>): string {
  const all = Object.entries({ "content-type": "application/json", ...headers });
  return `
wrk.method = "POST"
${all.map(([name, value]) => `wrk.headers["${name}"] = "${value}"`).join("\n")}
wrk.body = '${JSON.stringify(order)}'
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"refused":%d,"broken":%d}\\n',
    summary.requests, summary.duration / 1000000, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
`;
}
