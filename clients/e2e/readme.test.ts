import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { Stack } from "stack";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const run = promisify(execFile);

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start({ keyed: false });
});

afterAll(() => stack.stop());

/** The README's curl lines, in order, those that go on in the next line included. */
function readmeCurls(): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block.replaceAll("\\\n", " "));
  return blocks.flatMap((block) => block.split("\n").filter((line) => line.startsWith("curl ")));
}

/** Does what curl would do with a line that a shell gives it; there need be no curl. */
async function curl(line: string, seen: Seen): Promise<Response> {
  const script = `curl() { printf '%s\\0' "$@"; }\n${line}`;
  const { stdout } = await run("sh", ["-c", script], { env: { saga_id: seen.sagaId, payment_id: seen.paymentId } });
  const { values, positionals } = parseArgs({
    args: stdout.split("\0").slice(0, -1),
    allowPositionals: true,
    options: {
      include: { type: "boolean", short: "i" },
      "no-buffer": { type: "boolean", short: "N" },
      header: { type: "string", short: "H", multiple: true, default: [] },
      data: { type: "string", short: "d" },
    },
  });
  const { orchestrator, storeManager, payments } = stack;
  const url = (positionals[0] ?? "")
    .replace("http://127.0.0.1:5123", orchestrator.url)
    .replace("http://127.0.0.1:5000", storeManager.url)
    .replace("http://127.0.0.1:5009", payments.url);
  const headers = values.header.map((header): [string, string] => [header.replace(/:.*/, ""), header.replace(/^[^:]*:\s*/, "")]);
  return await fetch(url, { headers, ...(values.data !== undefined && { method: "POST", body: values.data }) });
}

/** What a reader takes from one line into the next. */
interface Seen {
  readonly sagaId: string;
  readonly paymentId: string;
}

function lastPayment(state: unknown): string {
  const { payments } = z.object({ payments: z.array(z.object({ payment_id: z.int() })) }).parse(state);
  return String(payments.at(-1)?.payment_id);
}

describe("the README's curl lines", () => {
  it("place an order, break it, and repair it", async () => {
    const statuses: number[] = [];
    let seen: Seen = { sagaId: "", paymentId: "" };
    let said = "";
    for (const line of readmeCurls()) {
      const response = await curl(line, seen);
      statuses.push(response.status);
      said = await response.text();
      if (response.status === 202) seen = { ...seen, sagaId: z.object({ saga_id: z.string() }).parse(JSON.parse(said)).saga_id };
      if (line.includes("/control/state")) seen = { ...seen, paymentId: lastPayment(JSON.parse(said)) };
    }
    // An order; a fault, and the ledger; an order in doubt, the list, its choices, the payments, the answer, its events.
    expect(statuses).toEqual([200, 201, 200, 202, 200, 200, 200, 200, 200]);
    expect(said).toContain('"type":"resolved"');
    expect(said).toContain('"state":"COMPLETED"');
  });
});
