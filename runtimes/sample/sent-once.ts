import { type Outcome, unknown } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { HttpParticipant } from "saga-participant";
import { z } from "zod";

/** One row of the matrix: what to send first, and then, over which connections. */
const rowSchema = z.object({
  id: z.string(),
  connections: z.enum(["own", "kept", "fetch"]),
  method: z.enum(["GET", "POST"]),
  /** Where to send it: a path of the participant may say when it cuts the connection. */
  url: z.url(),
  path: z.string(),
  /** The path of a call before it, which succeeds. */
  before: z.string().optional(),
  /** Whether the platform's `fetch` has a connection to the participant before. */
  isPooled: z.boolean(),
});
type Row = z.output<typeof rowSchema>;

const gives = z.object({ receipt_id: z.int() });

/** What a call tells its saga. */
async function callOf(row: Row, client: HttpParticipant, path: string): Promise<Outcome<object>> {
  if (row.connections === "fetch") return await fetched(row, path);
  const attempt = sampleAttempt({ signal: AbortSignal.timeout(20_000) });
  if (row.method === "GET") return await client.read({ path, gives }, attempt);
  return await client.call({ method: "POST", path, body: { amount: 1 }, gives }, attempt);
}

/** The platform's own `fetch`. */
async function fetched({ url, method }: Row, path: string): Promise<Outcome<object>> {
  try {
    const body = method === "POST" ? { body: "{}" } : {};
    const reply = await fetch(`${url}/${path}`, { method, ...body, signal: AbortSignal.timeout(20_000) });
    return { outcome: "done", result: gives.parse(await reply.json()) };
  } catch (error) {
    return unknown(String(error));
  }
}

/** Tries one row of the matrix, and gives the outcome of its last call. */
async function tryRow(row: Row): Promise<object> {
  const client = new HttpParticipant({ name: "bank", url: row.url, keyed: row.connections === "kept" });
  if (row.isPooled) await (await fetch(`${row.url}/answer/pooled-${row.id}`)).text();
  if (row.before !== undefined) {
    const { outcome } = await callOf(row, client, row.before);
    // A cut may come before its reply was read.
    if (outcome !== "done" && !row.id.startsWith("race")) throw new Error(`${row.id}: the call before it is ${outcome}`);
  }
  const said = await callOf(row, client, row.path);
  await client.close();
  return { id: row.id, outcome: said.outcome, reason: "reason" in said ? said.reason : "" };
}

export async function trySentOnce(rows: unknown): Promise<readonly object[]> {
  const tried: object[] = [];
  for (const row of z.array(rowSchema).parse(rows)) tried.push(await tryRow(row));
  return tried;
}
