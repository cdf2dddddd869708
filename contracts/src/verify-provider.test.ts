import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePayments } from "mock-payments";
import { type Listening, listen } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPacts } from "./pact.ts";
import { pactsDirectory } from "./paths.ts";
import { VerifierError, verifyProvider } from "./verify-provider.ts";

const here = { host: "127.0.0.1", port: 0 };
let directory: string;
let listening: Listening[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "contracts-test-"));
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await Promise.all(listening.map((service) => service.close(0)));
  listening = [];
});

/** Writes a changed pact of Payments, as the only one in the directory. */
function changedPact(file: string, change: (text: string) => string): void {
  const text = readPacts(pactsDirectory).find((pact) => pact.file === file)?.text ?? "";
  expect(change(text)).not.toBe(text);
  writeFileSync(join(directory, file), change(text));
}

const verify = (url: string, file: string, from = pactsDirectory) =>
  verifyProvider({
    provider: "payments",
    services: { provider: url },
    pactsDirectory: from,
    pacts: readPacts(from).filter((pact) => pact.file === file),
  });

async function payments(keyed: boolean): Promise<Listening> {
  const service = await makePayments({ keyed }).listen(here);
  listening.push(service);
  return service;
}

async function withoutControl({ url }: Listening): Promise<Listening> {
  const service = await listen({ ...here, fetch: (request) => forward(request, url) });
  listening.push(service);
  return service;
}

/** Forwards only the routes of the existing service. */
async function forward(request: Request, to: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith("/control")) return new Response("<h1>Not Found</h1>", { status: 404 });
  const body = request.method === "GET" ? null : await request.text();
  return await fetch(`${to}${pathname}`, { method: request.method, headers: request.headers, body });
}

describe("the verification of a service", () => {
  it("fails the keyed pact of an unkeyed service, and reports its second effect", async () => {
    const service = await payments(false);
    const results = await verify(service.url, "orchestrator-keyed-payments.json");
    expect(results.map(({ interaction, result }) => [interaction, result])).toEqual([
      ["createPayment again under the key of a refused request, now that the user's payments are accepted", "failed"],
      ["createPayment again under the same key", "failed"],
      ["createPayment again while the first request is under way", "failed"],
      ["createPayment under a key that another request has", "failed"],
    ]);
    expect(results[1]?.reasons).toEqual([
      expect.stringMatching(
        /^the key saga\/step\/run\/\S+ was first answered 201 {"payment_id":1}, and then 201 {"payment_id":3}$/,
      ),
      expect.stringMatching(/^the key saga\/step\/run\/\S+ had more than one effect$/),
    ]);
  });

  it("skips states that the service's own API cannot set, and reports the reason", async () => {
    const mock = await payments(true);
    const service = await withoutControl(mock);
    const base = await verify(service.url, "orchestrator-base-payments.json");
    expect(base.map(({ result }) => result)).toEqual(["passed", "passed"]);
    const optional = await verify(service.url, "orchestrator-optional-payments.json");
    expect(new Set(optional.map(({ result }) => result))).toEqual(new Set(["skipped"]));
    const refused = optional.find(({ interaction }) => interaction.startsWith("a payment by a user"));
    expect(refused?.reasons).toEqual([
      'the state "the payments of the user are refused" needs the /control routes of a mock, because the service\'s own API cannot set it',
    ]);
  });

  it("passes repeatedly at a service that never forgets a key", async () => {
    const mock = await payments(true);
    // Without /control nothing is forgotten between two verifications.
    const service = await withoutControl(mock);
    for (let time = 0; time < 2; time += 1) {
      const results = await verify(service.url, "orchestrator-keyed-payments.json");
      expect(results.map(({ result }) => result)).toEqual(["skipped", "passed", "skipped", "passed"]);
    }
  });

  it("fails if a state has no handler", async () => {
    const service = await payments(true);
    changedPact("orchestrator-base-payments.json", (text) => text.replaceAll("the order has no payment", "the moon is full"));
    const results = await verify(service.url, "orchestrator-base-payments.json", directory);
    expect(results.map(({ result }) => result)).toEqual(["failed", "failed"]);
    expect(results[0]?.reasons).toEqual(['there is no handler for the state "the moon is full"']);
  });

  it("fails if a state cannot be set, even if the reply matches", async () => {
    const service = await payments(true);
    changedPact("orchestrator-base-payments.json", (text) => text.replaceAll(/("params": \{\s+"order_id": )7/g, '$1"x"'));
    const results = await verify(service.url, "orchestrator-base-payments.json", directory);
    expect(results.map(({ result }) => result)).toEqual(["failed", "failed"]);
    expect(results[0]?.reasons[0]).toContain('the state "the order has no payment" could not be set');
  });

  it("ends with an error instead of a green result if the service cannot be reached", async () => {
    await expect(verify("http://127.0.0.1:1", "orchestrator-base-payments.json")).rejects.toThrow(VerifierError);
  });
});
