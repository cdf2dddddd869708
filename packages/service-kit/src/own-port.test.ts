import { describe, expect, it } from "vitest";
import { listen } from "./listen.ts";
import { checkOwnPort, connectTo, DeafServerError, type OwnConnection } from "./own-port.ts";

/** One check after the other; the check is over when there are no more. */
interface Check {
  readonly connection?: OwnConnection;
  readonly connectMs?: number;
  readonly lateMs?: number;
  readonly hasFreeDescriptors?: boolean;
}

class NoMoreChecks extends Error {}

/** Runs the checks with a simulated clock; resolves with what ended them. */
async function outcomeOf(checks: readonly Check[]): Promise<unknown> {
  let now = 0;
  let check: Check = {};
  const left = [...checks];
  const ports = {
    nowMs: () => now,
    wait: async (ms: number) => {
      const next = left.shift();
      if (!next) throw new NoMoreChecks();
      check = next;
      now += ms + (check.lateMs ?? 0);
    },
    connect: async () => {
      now += check.connectMs ?? 4_000;
      return check.connection ?? "refused";
    },
    hasFreeDescriptors: () => check.hasFreeDescriptors ?? true,
  };
  return await checkOwnPort(ports).catch((error: unknown) => error);
}

const refused = (count: number): readonly Check[] => Array.from({ length: count }, () => ({}));

describe("checking the own port", () => {
  it("ends with the reason after a minute of refused connections", async () => {
    const outcome = await outcomeOf(refused(8));
    expect(outcome).toBeInstanceOf(DeafServerError);
    expect(String(outcome)).toContain(
      "has refused connections for 67 s, although the event loop is on time and descriptors are free",
    );
  });

  it("goes on while the minute is not over", async () => {
    expect(await outcomeOf(refused(7))).toBeInstanceOf(NoMoreChecks);
  });

  it.for<[string, Check]>([
    ["a connection was accepted", { connection: "accepted" }],
    ["a connection failed for a reason that is not the server's", { connection: "unknown" }],
    ["no descriptor was free", { hasFreeDescriptors: false }],
    ["the event loop was late for the wait", { lateMs: 1_001 }],
    ["the event loop was late for the connection", { connectMs: 5_001 }],
  ])("begins the minute anew when %s", async ([, check]) => {
    expect(await outcomeOf([...refused(7), check, ...refused(7)])).toBeInstanceOf(NoMoreChecks);
  });

  it("tells a server that accepts from one that is closed", async () => {
    const listening = await listen({ fetch: () => new Response(), host: "127.0.0.1", port: 0 });
    expect(await connectTo(listening, 4_000)).toBe("accepted");
    await listening.close();
    expect(await connectTo(listening, 4_000)).toBe("refused");
  });

  it("takes a connection that nobody accepts for refused", async () => {
    const listening = await listen({ fetch: () => new Response(), host: "127.0.0.1", port: 0 });
    const nextConnection = () => new Promise<never>(() => undefined);
    expect(await connectTo({ ...listening, nextConnection }, 50)).toBe("refused");
    await listening.close();
  });
});
