import { sampleAttempt } from "saga-core/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Credential } from "./credential.ts";
import { HttpParticipant, type HttpParticipantOptions } from "./http-participant.ts";
import { answering, ScriptedParticipant } from "./testing/index.ts";

const token = "canary-token/+1=";
const bearer = { Authorization: `Bearer ${token}` };

let participant: ScriptedParticipant;
let bank: HttpParticipant | undefined;

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
});
beforeEach(() => participant.reset());
afterEach(async () => await bank?.close());
afterAll(() => participant.stop());

const receipt = z.object({ receipt_id: z.int(), note: z.string().optional() });

async function charge(
  credential: Credential,
  options: Partial<HttpParticipantOptions> = {},
  signal = new AbortController().signal,
) {
  bank = new HttpParticipant({ name: "bank", url: participant.url, keyed: true, refusals: [402], credential, ...options });
  const request = { method: "POST", path: "charges", body: { amount: 1 }, headers: { authorization: "of the call" } } as const;
  return await bank.call({ ...request, gives: receipt }, sampleAttempt({ signal }));
}

describe("a credential", () => {
  it.for([true, false])("is in every call, before a header of the same name; keyed: %s", async (keyed) => {
    participant.answer = answering({ status: 201, body: { receipt_id: 7 } });
    await charge(bearer, { keyed });
    expect(participant.requests).toMatchObject([{ headers: { authorization: bearer.Authorization } }]);
  });

  it("may be another one for each call, where a function gives it", async () => {
    participant.answer = answering({ status: 201, body: { receipt_id: 7 } });
    const tokens = ["first-token", "second-token"];
    const credential = async () => ({ authorization: `Bearer ${tokens.shift()}` });
    bank = new HttpParticipant({ name: "bank", url: participant.url, keyed: true, credential });
    for (const _call of [1, 2]) await bank.call({ method: "POST", path: "charges" }, sampleAttempt());
    expect(participant.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer first-token",
      "Bearer second-token",
    ]);
  });

  it("is hidden where the participant repeats it, in a reply of each kind", async () => {
    const escaped = `{"error": "${token.replace("/", "\\u002f")} is revoked"}`;
    const replies = [
      answering({ status: 201, body: { receipt_id: 7, note: `charged with ${token}` } }),
      answering({ status: 402, body: { error: `no money for ${bearer.Authorization}` } }),
      answering({ status: 401, body: { error: `who is ${encodeURIComponent(token)}?` } }),
      answering({ status: 500, body: { detail: `failed for ${token}` } }),
      answering({ status: 402, body: escaped, headers: { "content-type": "application/json" } }),
    ];
    const outcomes: unknown[] = [];
    for (const answer of replies) {
      participant.answer = answer;
      outcomes.push(await charge(bearer));
    }
    expect(outcomes).toEqual([
      { outcome: "done", result: { receipt_id: 7, note: "charged with •••" } },
      { outcome: "rejected", reason: "402 no money for •••" },
      expect.objectContaining({ outcome: "unavailable", reason: expect.stringContaining("401 who is •••?") }),
      expect.objectContaining({ outcome: "unknown", reason: "500 failed for •••" }),
      { outcome: "rejected", reason: "402 ••• is revoked" },
    ]);
  });

  it("is in nothing that a step reads of a reply: its text, its body, its headers", async () => {
    participant.answer = answering({ status: 201, body: { list: [{ [token]: token }] }, headers: { "x-token": token } });
    const seen: unknown[] = [];
    bank = new HttpParticipant({ name: "bank", url: participant.url, keyed: true, credential: bearer });
    const outcomeOf = ({
      text,
      body,
      about,
      header,
    }: {
      text: string;
      body: unknown;
      about: string;
      header: (name: string) => string | undefined;
    }) => {
      seen.push(text, body, about, header("x-token"));
      return undefined;
    };
    await bank.call({ method: "POST", path: "charges", outcomeOf }, sampleAttempt());
    expect(seen).toHaveLength(4);
    expect(JSON.stringify(seen)).not.toContain(token);
  });

  it("leaves numbers and short texts of a reply as they are", async () => {
    participant.answer = answering({ status: 201, body: { receipt_id: 12345678, note: "short" } });
    const credential = { "x-key": "12345678", authorization: "Bearer short" };
    expect(await charge(credential)).toEqual({ outcome: "done", result: { receipt_id: 12345678, note: "short" } });
  });
});

describe("without its credential a call", () => {
  const nothing = { outcome: "unavailable", reason: "nothing was sent: its credential could not be had", answered: true };

  it("is not sent, and does not tell why: the reason may have the credential", async () => {
    const failing = () => {
      throw new Error(`cannot read ${token}`);
    };
    expect(await charge(failing)).toEqual(nothing);
    expect(await charge(async () => failing())).toEqual(nothing);
    expect(participant.requests).toEqual([]);
  });

  it("ends at its deadline, and is not sent", async () => {
    const deadline = new AbortController();
    const waiting = charge(() => Promise.withResolvers<never>().promise, {}, deadline.signal);
    deadline.abort(new Error("too late"));
    expect(await waiting).toEqual(nothing);
    expect(participant.requests).toEqual([]);
  });

  it.for<[string, Credential]>([
    ["said once", { authorization: `${token}\n` }],
    ["made for the call", () => ({ authorization: `${token}\n` })],
  ])("is refused where HTTP does not allow it, without telling it: %s", async ([, credential]) => {
    const said = await charge(credential).catch((error: unknown) => ({ reason: String(error) }));
    expect(said).toMatchObject({ reason: expect.stringContaining('HTTP does not allow the header "authorization"') });
    expect(JSON.stringify(said)).not.toContain(token);
    expect(participant.requests).toEqual([]);
  });
});
