import { type Listening, listen } from "service-kit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { proxyVariables } from "./connection-variables.ts";
import { makeFetchOnce } from "./participants/fetch-once.ts";

let participant: Listening;
let proxy: Listening;

beforeEach(async () => {
  const at = { host: "127.0.0.1", port: 0 };
  participant = await listen({ ...at, fetch: () => new Response("the participant") });
  proxy = await listen({ ...at, fetch: () => new Response("the proxy") });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([participant.close(), proxy.close()]);
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
