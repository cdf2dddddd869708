import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeFetchOnce } from "./fetch-once.ts";
import { proxyVariables } from "./proxy-variables.ts";
import { answering, ScriptedParticipant } from "./testing/index.ts";

let participant: ScriptedParticipant;
let proxy: ScriptedParticipant;

beforeEach(async () => {
  participant = await ScriptedParticipant.start();
  participant.answer = answering({ status: 200, body: "the participant" });
  proxy = await ScriptedParticipant.start();
  proxy.answer = answering({ status: 200, body: "the proxy" });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([participant.stop(), proxy.stop()]);
});

async function answerBy(fetchOnce: typeof fetch): Promise<string> {
  return await (await fetchOnce(participant.url)).text();
}

describe("a call to a participant where the environment names a proxy", () => {
  it.for(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])("goes to the proxy of %s", async (name) => {
    vi.stubEnv(name, proxy.url);
    expect(await answerBy(makeFetchOnce())).toBe("the proxy");
  });

  it("goes to the participant if these variables are deleted before its first call", async () => {
    for (const name of proxyVariables) vi.stubEnv(name, proxy.url);
    const fetchOnce = makeFetchOnce();
    for (const name of proxyVariables) vi.stubEnv(name, undefined);
    expect(await answerBy(fetchOnce)).toBe("the participant");
  });
});
