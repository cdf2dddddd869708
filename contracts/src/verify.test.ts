import { makePayments } from "mock-payments";
import { type Listening, listen } from "service-kit";
import { afterEach, describe, expect, it } from "vitest";
import { root } from "./places.ts";
import { runDeno } from "./run-deno.ts";

const here = { host: "127.0.0.1", port: 0 };
let service: Listening | undefined;

afterEach(async () => {
  await service?.close(0);
  service = undefined;
});

async function verify(...options: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const said: string[] = [];
  const args = ["run", "-A", "--no-prompt", "contracts/src/verify.ts", ...options];
  const code = await runDeno(args, { directory: root, onLine: (line) => said.push(line) });
  return { code, said: said.join("\n") };
}

interface MadeReply {
  readonly status: number;
  readonly text: string;
}

/** The routes that the existing service has, and no /control; with another status or text of a reply where that is wanted. */
async function listenBefore(
  mock: Listening,
  statusOf: (status: number) => number = (status) => status,
  change: (reply: MadeReply) => MadeReply = (reply) => reply,
): Promise<Listening> {
  return await listen({
    ...here,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith("/control")) return new Response(null, { status: 404 });
      const { method, headers } = request;
      const body = method === "GET" ? null : await request.text();
      const reply = await fetch(`${mock.url}${pathname}`, { method, headers, body });
      const type = reply.headers.get("content-type") ?? "";
      const { status, text } = change({ status: statusOf(reply.status), text: await reply.text() });
      return new Response(text, { status, headers: { "content-type": type } });
    },
  });
}

describe("contracts:verify", () => {
  it("says that a service which keeps its keys may be configured so", async () => {
    service = await makePayments({ keyed: true }).listen(here);
    const { code, said } = await verify("--provider", "payments", "--url", `${service.url}/`);
    expect(said).toContain("It may be configured with PAYMENTS_KEYED=true.");
    expect(said).toContain("The consumers can work with it.");
    expect(code).toBe(0);
  });

  it("says that one which knows no keys must not be, and is content with its base pact", async () => {
    service = await makePayments({ keyed: false }).listen(here);
    const { code, said } = await verify("--provider", "payments", "--url", service.url);
    expect(said).toContain("Leave PAYMENTS_KEYED=false.");
    expect(said).toContain("The consumers can work with it.");
    expect(code).toBe(0);
    expect((await verify("--provider", "payments", "--url", service.url, "--pact", "keyed")).code).toBe(1);
  });

  it("fails a pact that is asked for where something of it is skipped", async () => {
    const mock = await makePayments({ keyed: true }).listen(here);
    service = await listenBefore(mock);
    const { code, said } = await verify("--provider", "payments", "--url", service.url, "--pact", "keyed");
    await mock.close(0);
    expect(said).toContain("2 passed, 0 failed, 2 skipped  Not shown: leave PAYMENTS_KEYED=false until nothing is skipped.");
    expect(code).toBe(1);
  });

  it("lists a difference that leaves the outcome the same, and is content", async () => {
    const mock = await makePayments({ keyed: false }).listen(here);
    // Another status of success than the existing service's.
    service = await listenBefore(mock, (status) => (status === 201 ? 200 : status));
    const { code, said } = await verify("--provider", "payments", "--url", service.url, "--pact", "base");
    await mock.close(0);
    expect(said).toContain("a new payment: it differs, and the saga can live with it");
    expect(said).toMatch(/status: .*201/);
    expect(said).toContain("1 passed, 1 differing, 0 failed, 0 skipped  The consumers can work with it.");
    expect(code).toBe(0);
  });

  it("tolerates no difference of a service that is to be keyed", async () => {
    const mock = await makePayments({ keyed: true }).listen(here);
    service = await listenBefore(mock, (status) => (status === 201 ? 200 : status));
    const { code, said } = await verify("--provider", "payments", "--url", service.url, "--pact", "keyed");
    await mock.close(0);
    expect(said).toContain("Leave PAYMENTS_KEYED=false.");
    expect(code).toBe(1);
  });

  it.for<[string, (reply: MadeReply) => MadeReply]>([
    ["an id that is none", (reply) => ({ ...reply, text: reply.text.replace(/\d+/, "0") })],
    ["an id that would become another one", (reply) => ({ ...reply, text: reply.text.replace(/\d+/, "9007199254740993") })],
    ["a reply that is too large", (reply) => ({ ...reply, text: reply.text.replace("{", `{"more":"${"x".repeat(70_000)}",`) })],
  ])("fails %s, which Pact's matchers accept and the client does not", async ([, change]) => {
    const mock = await makePayments({ keyed: false }).listen(here);
    service = await listenBefore(mock, undefined, change);
    const { code, said } = await verify("--provider", "payments", "--url", service.url, "--pact", "base");
    await mock.close(0);
    expect(said).toContain("the client reads it as unknown, not as done");
    expect(said).toContain("The consumers cannot work with it.");
    expect(code).toBe(1);
  });

  it("fails a difference that changes the outcome", async () => {
    const mock = await makePayments({ keyed: false }).listen(here);
    service = await listenBefore(mock, (status) => (status === 201 ? 302 : status));
    const { code, said } = await verify("--provider", "payments", "--url", service.url, "--pact", "base");
    await mock.close(0);
    expect(said).toContain("1 passed, 1 failed, 0 skipped  The consumers cannot work with it.");
    expect(code).toBe(1);
  });

  it("fails a service whose answers are not JSON", async () => {
    service = await listen({
      ...here,
      fetch: () => new Response("<h1>Hello</h1>", { headers: { "content-type": "text/html" } }),
    });
    const { code, said } = await verify("--provider", "payments", "--url", service.url);
    expect(said).toContain("The consumers cannot work with it.");
    expect(code).toBe(1);
  });

  it.for<[string, readonly string[], string]>([
    [
      "an unknown provider",
      ["--provider", "toString", "--url", "http://127.0.0.1:1"],
      "--provider is one of: store-manager, payments",
    ],
    [
      "no address",
      ["--provider", "payments", "--url", "localhost"],
      '--url is an address like http://127.0.0.1:5000; not "localhost"',
    ],
    [
      "an unknown pact",
      ["--provider", "payments", "--url", "http://127.0.0.1:1", "--pact", "foo"],
      "--pact is one of: base, keyed, optional",
    ],
    ["an unknown option", ["--foo"], "It WRITES to the service"],
    ["nothing", [], "--provider and --url are needed"],
    [
      "a port where nothing listens",
      ["--provider", "payments", "--url", "http://127.0.0.1:1"],
      "0 of 12 interactions were verified",
    ],
  ])("told %s says what can be told", async ([, options, message]) => {
    const { code, said } = await verify(...options);
    expect(said).toContain(message);
    expect(code).toBe(1);
  });
});
