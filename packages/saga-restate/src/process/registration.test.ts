import { FingerprintMismatch, JournalError } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { ServiceNames } from "../objects/service-names.ts";
import { timings } from "../timings.ts";
import { register } from "./registration.ts";

const url = "http://127.0.0.1:9080";
const services = new Set(["test.saga.scripted.v1", "test.starts", "test.pauses"]);

/** Restate's side of a registration; a test sets what it refuses. */
function setUp() {
  const clock = new SimulatedClock();
  const requests: string[] = [];
  const left: string[] = [];
  const restate: { fingerprint?: Error; driver?: Error; refusals: number } = { refusals: 0 };
  const ports = {
    controllers: [new ScriptedController(contractSteps, new ScriptedWorld())],
    names: new ServiceNames("test"),
    admin: {
      refuseOtherFingerprint: async (service: string) => {
        requests.push(`fingerprint of ${service}`);
        if (restate.fingerprint) throw restate.fingerprint;
      },
      refuseToLeaveBehind: async (_url: string, isLeftBehind: (service: string) => boolean) => {
        const registered = ["test.saga.scripted.v1", "test.saga.scripted.v0", "test.starts", "other.saga.scripted.v0"];
        left.push(...registered.filter(isLeftBehind));
      },
      refuseOtherDriver: async () => {
        if (restate.driver) throw restate.driver;
      },
      register: async (address: string) => {
        requests.push(`register ${address}`);
      },
    },
    ingress: {
      pauses: async () => {
        requests.push("pauses");
        restate.refusals -= 1;
        if (restate.refusals >= 0) throw new JournalError("There is no such service.");
        return [];
      },
    },
    index: { open: async () => ["one", "two"] },
    clock,
  };
  return { clock, requests, left, restate, register: () => register(ports, url, services) };
}

describe("a registration", () => {
  it("resolves with the open sagas when the address is registered and served", async () => {
    const { register: start, requests } = setUp();
    expect(await start()).toEqual(new Set(["one", "two"]));
    expect(requests).toEqual(["fingerprint of test.saga.scripted.v1", `register ${url}`, "pauses"]);
  });

  it("leaves behind only the versions of this installation that the process does not serve", async () => {
    const { register: start, left } = setUp();
    await start();
    expect(left).toEqual(["test.saga.scripted.v0"]);
  });

  it.each([
    ["another fingerprint", { fingerprint: new FingerprintMismatch("scripted", "it has another one") }],
    ["another driver version", { driver: new JournalError("Driver version 0 began open sagas.") }],
  ] as const)("is refused for %s, and nothing is registered", async (_what, change) => {
    const { register: start, restate, requests } = setUp();
    Object.assign(restate, change);
    await expect(start()).rejects.toThrow();
    expect(requests).not.toContain(`register ${url}`);
  });

  it("waits until every node of Restate serves the services", async () => {
    const { register: start, restate, requests, clock } = setUp();
    restate.refusals = 2;
    const registered = start();
    for (let look = 0; look < 2; look += 1) {
      await expect.poll(() => clock.waiting).toBe(1);
      clock.advanceBy(timings.registrationLookMs);
    }
    await registered;
    expect(requests.filter((request) => request === "pauses")).toHaveLength(3);
  });

  it("fails when Restate still refuses the services after all looks", async () => {
    const { register: start, restate, clock } = setUp();
    restate.refusals = timings.registrationLooksMax;
    const registered = start();
    const failed = expect(registered).rejects.toThrow("There is no such service.");
    for (let look = 1; look < timings.registrationLooksMax; look += 1) {
      await expect.poll(() => clock.waiting).toBe(1);
      clock.advanceBy(timings.registrationLookMs);
    }
    await failed;
  });
});
