import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { Stack } from "stack";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";

const run = promisify(execFile);

const root = join(import.meta.dirname, "../..");

/** What a reader has set. */
const TOKEN = "saga_token-of-a-reader";
const TOKEN_HEADER = ' -H "Authorization: Bearer $TOKEN"';

let stack: Stack;

afterEach(() => stack.stop());

/** The curl lines of a page below one of its headings, in order. A line that ends with a backslash continues in the next one. */
function curlsOf(page: string, heading = ""): readonly string[] {
  const text = readFileSync(join(root, page), "utf8");
  const below = text.slice(text.indexOf(heading));
  const blocks = [...below.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block.replaceAll("\\\n", " "));
  return blocks.flatMap((block) => block.split("\n").filter((line) => line.startsWith("curl ")));
}

/** Does what curl would do with a line that a shell gives it; there need be no curl. */
async function curl(line: string, seen: Seen): Promise<Response> {
  const script = `curl() { printf '%s\\0' "$@"; }\n${line}`;
  const { stdout } = await run("sh", ["-c", script], { env: { saga_id: seen.sagaId, payment_id: seen.paymentId, TOKEN } });
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

/** Sends the lines one after the other, as a reader does. Gives the statuses and the bodies. */
async function follow(lines: readonly string[]) {
  const statuses: number[] = [];
  const bodies: string[] = [];
  let seen: Seen = { sagaId: "", paymentId: "" };
  for (const line of lines) {
    const response = await curl(line, seen);
    const body = await response.text();
    statuses.push(response.status);
    bodies.push(body);
    if (response.status === 202) seen = { ...seen, sagaId: z.object({ saga_id: z.string() }).parse(JSON.parse(body)).saga_id };
    if (line.includes("/control/state")) seen = { ...seen, paymentId: lastPayment(JSON.parse(body)) };
  }
  return { statuses, bodies };
}

/** The text without what differs from run to run: ids of sagas, times, and line breaks. */
function timeless(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "<time>")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
}

describe("the curl lines of the README", () => {
  it("get the two answers that the README shows", async () => {
    stack = await Stack.start({ keyed: true });
    const [order = ""] = curlsOf("README.md");
    const { statuses, bodies } = await follow([order, order]);
    expect(statuses).toEqual([200, 409]);
    const shown = readFileSync(join(root, "README.md"), "utf8").matchAll(/^```http\n[\s\S]*?\n\n([\s\S]*?)^```$/gm);
    const withoutBreaks = [...shown].map(([, body = ""]) => timeless(body.replaceAll(/,\n /g, ",")));
    expect(withoutBreaks).toEqual(bodies.map(timeless));
  });

  it("place an order, slow a payment down, and look at the history and the ledger", async () => {
    stack = await Stack.start({ keyed: true });
    const { statuses, bodies } = await follow(curlsOf("README.md"));
    // An order; a fault, an order that is not waited for, its history, the ledger.
    expect(statuses).toEqual([200, 201, 202, 200, 200]);
    expect(bodies.at(-1)).toContain('"route":"POST /payments"');
  });
});

describe("the curl lines of docs/operate.md", () => {
  it("say whether all is well, to who shows an operator's token", async () => {
    const hash = createHash("sha256").update(TOKEN).digest("hex");
    stack = await Stack.start({ tokens: `sha256:${hash} ada operate\n` });
    const lines = curlsOf("docs/operate.md", "## Is it well?").slice(0, 3);
    expect((await follow(lines)).statuses).toEqual([200, 200, 200]);
    const [, list = ""] = lines;
    expect((await follow([list.replace(TOKEN_HEADER, "")])).statuses).toEqual([401]);
  });

  it("leave an order in doubt, with the explanation that the page shows, and repair it", async () => {
    stack = await Stack.start({ keyed: false });
    const { statuses, bodies } = await follow(curlsOf("docs/operate.md", "### Practise a repair"));
    // A fault, an order in doubt, its choices, the payments, the answer, its events.
    expect(statuses).toEqual([201, 202, 200, 200, 200, 200]);
    const { explanation } = z.object({ explanation: z.string() }).parse(JSON.parse(bodies[1] ?? ""));
    const [, shown = ""] =
      /^```text\n(It is not known[\s\S]*?)^```$/m.exec(readFileSync(join(root, "docs/operate.md"), "utf8")) ?? [];
    expect(timeless(shown)).toBe(timeless(explanation));
    expect(bodies.at(-1)).toContain('"type":"resolved"');
    expect(bodies.at(-1)).toContain('"state":"COMPLETED"');
  });
});
