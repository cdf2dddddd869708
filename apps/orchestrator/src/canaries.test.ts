import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reset } from "@logtape/logtape";
import type { Drained } from "saga-core";
import { HttpParticipant } from "saga-participant";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { hashOfToken } from "./access/token.ts";
import { compose, type Orchestrator } from "./compose.ts";
import { readConfig } from "./config.ts";
import { credentialOf } from "./credentials/credential-of.ts";
import { configureLogging } from "./logging.ts";
import { ParcelSagaController, parcelInput, parcelResult } from "./testing/canaries/parcel-saga.ts";
import { type CanaryName, canaryOf, type Place, places, planted } from "./testing/canaries/whereabouts.ts";
import { answering, ScriptedParticipant } from "./testing/participants/scripted-participant.ts";
import { engineUnderTest } from "./testing/stack/engine-under-test.ts";

const tokens = { shop: canaryOf("token"), bank: "saga_bank", ada: "saga_ada" };
type Person = keyof typeof tokens;

const directory = mkdtempSync(join(tmpdir(), "canaries-"));
const seen: Record<Place, string> = { journal: "", sender: "", operators: "", log: "" };
/** Every text that a document or a health route showed, and every reply to nobody. */
let open = "";
/** How many sagas a search for a canary found. */
const searches = new Map<CanaryName, number>();
let participant: ScriptedParticipant;
let client: HttpParticipant;
let orchestrator: Orchestrator;
const isEmbedded = engineUnderTest()["ENGINE"] === undefined;

const start = {
  card: { number: canaryOf("secretInput") },
  address: canaryOf("input"),
  [canaryOf("unknownMember")]: canaryOf("unknownMember"),
};
const headers = {
  "content-type": "application/json",
  "x-nobody-declares": canaryOf("header"),
  cookie: `session=${canaryOf("header")}`,
  "x-region": canaryOf("context"),
  traceparent: `00-${canaryOf("traceparent")}-00f067aa0ba902b7-01`,
  tracestate: `vendor=${canaryOf("traceparent")}`,
  baggage: `user=${canaryOf("baggage")}`,
};

/** What a participant says that repeats all that it was sent. */
function saidOf(first: CanaryName): string {
  const sent = ["outbound", "secretInput", "secretData", "secretSignal"] as const;
  return `${canaryOf(first)}: ${sent.map(canaryOf).join(", ")}\n${canaryOf("errorRest")}`;
}

async function send(as: Person | "nobody", path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const authorization = as === "nobody" ? {} : { authorization: `Bearer ${tokens[as]}` };
  const given = init.method === "POST" ? headers : {};
  const request = new Request(`http://127.0.0.1${path}`, { ...init, headers: { ...given, ...init.headers, ...authorization } });
  const reply = await orchestrator.fetch(request);
  const text = `${await reply.text()}\n${JSON.stringify([...reply.headers])}\n`;
  if (as === "nobody") open += text;
  else seen[as === "ada" ? "operators" : "sender"] += text;
  return { status: reply.status, text };
}

async function post(as: Person, path: string, body: object, more: Readonly<Record<string, string>> = {}) {
  return await send(as, path, { method: "POST", body: JSON.stringify(body), headers: more });
}

async function startParcel(): Promise<string> {
  const { text } = await post("shop", "/saga/parcel", start, {
    prefer: "respond-async",
    "idempotency-key": `${canaryOf("key")}-${participant.requests.length}`,
  });
  return z.object({ saga_id: z.string() }).parse(JSON.parse(text.split("\n")[0] ?? "")).saga_id;
}

async function untilShown(id: string, part: string): Promise<void> {
  await vi.waitFor(async () => expect((await send("ada", `/sagas/${id}`)).text).toContain(part), { timeout: 30_000 });
}

/** Signals a parcel, whose charge is then answered so, and waits until its saga is there. */
async function charge(id: string, answer: Parameters<typeof answering>[0], state: string): Promise<void> {
  await untilShown(id, '"state":"WAITING"');
  participant.answer = (response, request) => {
    const reply = request.method === "DELETE" ? { status: 204 } : answer;
    answering({ ...reply, headers: { "x-of-participant": canaryOf("replyHeader") } })(response, request);
  };
  await post("bank", `/sagas/${id}/signals/await-word`, { pin: canaryOf("secretSignal"), word: canaryOf("signal") });
  await untilShown(id, state);
  reserveAgain();
}

function reserveAgain(): void {
  const body = { place: canaryOf("data"), code: canaryOf("secretData"), other: canaryOf("unknownMember") };
  participant.answer = answering({ status: 201, body, headers: { "x-of-participant": canaryOf("replyHeader") } });
}

/** Every GET of the OpenAPI document, for each saga and definition. */
async function pathsOf(ids: readonly string[]): Promise<readonly string[]> {
  const { text } = await send("nobody", "/openapi.json");
  const { paths } = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(JSON.parse(text.split("\n")[0] ?? ""));
  const templates = Object.entries(paths)
    .filter(([, methods]) => "get" in methods)
    .map(([path]) => path);
  expect(templates.length).toBeGreaterThan(8);
  return templates.flatMap((template) => {
    const path = template.replace("{definition}", "parcel");
    return path.includes("{saga_id}") ? ids.map((id) => path.replace("{saga_id}", id)) : [path];
  });
}

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
  reserveAgain();
  const lines = new WritableStream<Uint8Array>({
    write: (line) => {
      seen.log += new TextDecoder().decode(line);
    },
  });
  await configureLogging(lines, { LOG_LEVEL: "debug" });
  const file = join(directory, "tokens");
  const line = (person: Person, roles: string) => `sha256:${hashOfToken(tokens[person]).toString("hex")} ${person} ${roles}\n`;
  writeFileSync(file, `${line("shop", "start")}${line("bank", "signal")}${line("ada", "operate,read")}`);
  const tokenFile = join(directory, "outbound");
  writeFileSync(tokenFile, canaryOf("outbound"));
  const config = readConfig({
    JOURNAL_PATH: join(directory, "journal.sqlite"),
    AUTH_TOKENS_FILE: file,
    PAYMENTS_TOKEN_FILE: tokenFile,
    LOG_LEVEL: "debug",
    ...engineUnderTest(),
  });
  const credential = credentialOf(config, "PAYMENTS");
  client = new HttpParticipant({
    name: "depot",
    url: participant.url,
    keyed: true,
    refusals: [402],
    ...(credential && { credential }),
  });
  const controller = new ParcelSagaController(client);
  orchestrator = await compose(config, [{ controller, input: parcelInput, result: parcelResult }]);

  const completed = await startParcel();
  await charge(completed, { status: 201, body: {} }, '"COMPLETED"');
  const cancelled = await startParcel();
  await charge(cancelled, { status: 402, body: { error: saidOf("errorLine") } }, '"CANCELLED"');
  const stuck = await startParcel();
  const misused = { type: "idempotency-key-reused", detail: saidOf("errorLine") };
  await charge(stuck, { status: 422, body: misused }, "needs_intervention");
  // The end of a saga is the reply to its repeated start, too.
  for (const number of [0, 2]) await post("shop", "/saga/parcel", start, { "idempotency-key": `${canaryOf("key")}-${number}` });
  await post("shop", "/saga/parcel", { ...start, address: "other" }, { "idempotency-key": `${canaryOf("key")}-0` });

  for (const path of await pathsOf([completed, cancelled, stuck]))
    for (const person of ["shop", "bank", "ada", "nobody"] as const) await send(person, path);
  for (const id of [completed, cancelled])
    for (const person of ["shop", "ada"] as const)
      await send(person, `/sagas/${id}/events`, { headers: { accept: "text/event-stream" } });
  await post("ada", "/sagas/cancel", { saga_ids: [completed, cancelled, stuck], preview: true });
  await post("ada", `/sagas/${stuck}/cancel`, { note: canaryOf("note") });
  const resolution = { step: "charge", applied: true, note: canaryOf("note") };
  await post("ada", `/sagas/${stuck}/resolve`, resolution);
  await post("bank", `/sagas/${stuck}/signals/await-word`, { pin: canaryOf("secretSignal"), word: "late" });
  await send("ada", `/sagas/${stuck}`);
  await send("ada", `/sagas/${stuck}/events`);

  for (const name of ["input", "secretInput", "secretData", "secretSignal"] as const) {
    const { text } = await send("ada", `/sagas?text=${canaryOf(name)}`);
    searches.set(name, z.object({ items: z.array(z.unknown()) }).parse(JSON.parse(text.split("\n")[0] ?? "")).items.length);
  }

  // What is refused.
  await post("shop", "/saga/parcel", { card: { number: `${canaryOf("secretInput")}0` }, address: canaryOf("malformed") });
  await post("shop", "/saga/parcel", { card: { number: canaryOf("malformed") }, address: 1 });
  await post("bank", `/sagas/${stuck}/signals/await-word`, { pin: 7, word: canaryOf("malformed") });
  await send("shop", "/saga/parcel", { method: "POST", body: `{"card": ${canaryOf("malformed")}` });
  await send("shop", "/saga/parcel", { method: "POST", body: `"${canaryOf("malformed")}` });
  await send("ada", `/sagas?unknown=${canaryOf("query")}`);
  await send("ada", `/sagas/${stuck}/events?after=${canaryOf("query")}`);
  await send("shop", `/${canaryOf("path")}`);
  for (const authorization of [`Bearer ${canaryOf("wrongToken")}`, `Basic ${canaryOf("wrongToken")}`])
    open += await (await orchestrator.fetch(new Request("http://127.0.0.1/sagas", { headers: { authorization } }))).text();

  const drained: Promise<Drained> = orchestrator.drain();
  await drained;
  await orchestrator.close();
  await client.close();
  await reset();
  if (isEmbedded)
    for (const name of readdirSync(directory).filter((each) => each.startsWith("journal")))
      seen.journal += readFileSync(join(directory, name), "latin1");
}, 120_000);

afterAll(async () => {
  await participant.stop();
  rmSync(directory, { recursive: true });
});

describe("a canary", () => {
  it.for(planted.map((each) => [each.input, each] as const))("in %s is where the table says, and nowhere else", ([, each]) => {
    const { canary, places: allowed } = each;
    const looked = places.filter((place) => place !== "journal" || isEmbedded);
    const found = looked.filter((place) => seen[place].includes(canary));
    expect(found).toEqual(looked.filter((place) => allowed.includes(place)));
    expect(open).not.toContain(canary);
  });

  it("reaches the participant where a step sends it", () => {
    const sent = JSON.stringify(participant.requests);
    for (const name of ["outbound", "secretInput", "secretData", "secretSignal", "traceparent"] as const)
      expect(sent).toContain(canaryOf(name));
    for (const name of ["token", "key", "header", "baggage", "unknownMember"] as const)
      expect(sent).not.toContain(canaryOf(name));
  });

  it("is found by no search where it is secret", () => {
    expect(Object.fromEntries(searches)).toEqual({ input: 3, secretInput: 0, secretData: 0, secretSignal: 0 });
  });
});
