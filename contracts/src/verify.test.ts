import { makePayments } from "mock-payments";
import { type Listening, listen } from "service-kit";
import { afterEach, describe, expect, it } from "vitest";
import { root } from "./paths.ts";
import { runDeno } from "./run-deno.ts";

const here = { host: "127.0.0.1", port: 0 };
let service: Listening | undefined;

afterEach(async () => {
  await service?.close(0);
  service = undefined;
});

async function verify(...options: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const lines: string[] = [];
  const args = ["run", "-A", "--no-prompt", "contracts/src/verify.ts", ...options];
  const code = await runDeno(args, { directory: root, onLine: (line) => lines.push(line) });
  return { code, output: lines.join("\n") };
}

interface SentReply {
  readonly status: number;
  readonly text: string;
}

/** Serves the routes of the existing service, without /control. `change` may change its replies. */
async function serveWithoutControl(
  mock: Listening,
  change: (reply: SentReply) => SentReply = (reply) => reply,
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
      const { status, text } = change({ status: reply.status, text: await reply.text() });
      return new Response(text, { status, headers: { "content-type": type } });
    },
  });
}

/** Replaces the status of success that the existing service uses. */
const successAs = (other: number) => (reply: SentReply) => ({ ...reply, status: reply.status === 201 ? other : reply.status });

describe("contracts:verify", () => {
  it("reports that a keyed service may be configured as keyed", async () => {
    service = await makePayments({ keyed: true }).listen(here);
    const { code, output } = await verify("--provider", "payments", "--url", `${service.url}/`);
    expect(output).toContain("It may be configured with PAYMENTS_KEYED=true.");
    expect(output).toContain("The consumers can work with it.");
    expect(code).toBe(0);
  });

  it("reports that an unkeyed service must not be configured as keyed, and accepts its base pact", async () => {
    service = await makePayments({ keyed: false }).listen(here);
    const { code, output } = await verify("--provider", "payments", "--url", service.url);
    expect(output).toContain("Leave PAYMENTS_KEYED=false.");
    expect(output).toContain("The consumers can work with it.");
    expect(code).toBe(0);
    expect((await verify("--provider", "payments", "--url", service.url, "--pact", "keyed")).code).toBe(1);
  });

  it("fails a pact named with --pact if one of its interactions is skipped", async () => {
    const mock = await makePayments({ keyed: true }).listen(here);
    service = await serveWithoutControl(mock);
    const { code, output } = await verify("--provider", "payments", "--url", service.url, "--pact", "keyed");
    await mock.close(0);
    expect(output).toContain("2 passed, 0 failed, 2 skipped  Not proven: leave PAYMENTS_KEYED=false until nothing is skipped.");
    expect(code).toBe(1);
  });

  it("lists a difference that does not change the outcome, and accepts it", async () => {
    const mock = await makePayments({ keyed: false }).listen(here);
    // A status of success that the existing service does not use.
    service = await serveWithoutControl(mock, successAs(200));
    const { code, output } = await verify("--provider", "payments", "--url", service.url, "--pact", "base");
    await mock.close(0);
    expect(output).toContain("a new payment: the reply differs, and the saga can live with it");
    expect(output).toMatch(/status: .*201/);
    expect(output).toContain("1 passed, 1 differing, 0 failed, 0 skipped  The consumers can work with it.");
    expect(code).toBe(0);
  });

  it("accepts no difference in the keyed pact", async () => {
    const mock = await makePayments({ keyed: true }).listen(here);
    service = await serveWithoutControl(mock, successAs(200));
    const { code, output } = await verify("--provider", "payments", "--url", service.url, "--pact", "keyed");
    await mock.close(0);
    expect(output).toContain("Leave PAYMENTS_KEYED=false.");
    expect(code).toBe(1);
  });

  it.for<[string, (reply: SentReply) => SentReply]>([
    ["an id of 0", (reply) => ({ ...reply, text: reply.text.replace(/\d+/, "0") })],
    ["an id that would become another number", (reply) => ({ ...reply, text: reply.text.replace(/\d+/, "9007199254740993") })],
    ["a reply that is too large", (reply) => ({ ...reply, text: reply.text.replace("{", `{"more":"${"x".repeat(70_000)}",`) })],
  ])("fails for %s, which Pact's matchers accept and the client does not", async ([, change]) => {
    const mock = await makePayments({ keyed: false }).listen(here);
    service = await serveWithoutControl(mock, change);
    const { code, output } = await verify("--provider", "payments", "--url", service.url, "--pact", "base");
    await mock.close(0);
    expect(output).toContain("the client reads it as unknown, not as done");
    expect(output).toContain("The consumers cannot work with it.");
    expect(code).toBe(1);
  });

  it("fails for a difference that changes the outcome", async () => {
    const mock = await makePayments({ keyed: false }).listen(here);
    service = await serveWithoutControl(mock, successAs(302));
    const { code, output } = await verify("--provider", "payments", "--url", service.url, "--pact", "base");
    await mock.close(0);
    expect(output).toContain("1 passed, 1 failed, 0 skipped  The consumers cannot work with it.");
    expect(code).toBe(1);
  });

  it("fails for a service whose replies are not JSON", async () => {
    service = await listen({
      ...here,
      fetch: () => new Response("<h1>Hello</h1>", { headers: { "content-type": "text/html" } }),
    });
    const { code, output } = await verify("--provider", "payments", "--url", service.url);
    expect(output).toContain("The consumers cannot work with it.");
    expect(code).toBe(1);
  });

  it.for<[string, readonly string[], string]>([
    [
      "an unknown provider",
      ["--provider", "toString", "--url", "http://127.0.0.1:1"],
      "--provider must be one of: store-manager, payments",
    ],
    [
      "a malformed URL",
      ["--provider", "payments", "--url", "localhost"],
      '--url must be a URL like http://127.0.0.1:5000, not "localhost"',
    ],
    [
      "an unknown pact",
      ["--provider", "payments", "--url", "http://127.0.0.1:1", "--pact", "foo"],
      "--pact must be one of: base, keyed, optional",
    ],
    ["an unknown option", ["--foo"], "It WRITES to the service"],
    ["no options", [], "--provider and --url are needed"],
    [
      "a port where nothing listens",
      ["--provider", "payments", "--url", "http://127.0.0.1:1"],
      "0 of 12 interactions were verified",
    ],
  ])("exits 1 with a message for %s", async ([, options, message]) => {
    const { code, output } = await verify(...options);
    expect(output).toContain(message);
    expect(code).toBe(1);
  });
});
