import { rejected, unavailable, unknown } from "saga-core";
import { drawCounterexample, explorationPolicy, explore, given } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { runWithEachFault } from "../testing/run-with-faults.ts";
import { openAccountExample, openAccountScenario } from "./scenario.ts";

const account = () => given(openAccountScenario.definition, openAccountScenario);

describe("an account", () => {
  it("is opened with its address, its client and its bank account", async () => {
    const standing = ["create-account", "add-address", "add-client", "add-bank-account"];
    await account().expect({ state: "COMPLETED", standing });
  });

  it("does not remain when the bank refuses, nor does anything of it", async () => {
    await account()
      .when("add-bank-account", rejected("unknown account"))
      .expect({ state: "CANCELLED", rolledBack: ["add-client", "add-address", "create-account"], standing: [] });
  });

  it("has a client removed that nobody knew was added: the answer came after the deadline", async () => {
    const silence = Array.from({ length: 100 }, () => unknown("no answer"));
    await account()
      .when("add-client", ...silence)
      .expect({ state: "CANCELLED", rolledBack: ["add-client", "add-address", "create-account"], standing: [] });
  });

  it("waits for a slow bank longer than for its own services", async () => {
    const away = Array.from({ length: 19 }, () => unavailable("away"));
    await account()
      .when("add-bank-account", ...away)
      .expect({ state: "COMPLETED" });
    await account()
      .when("add-client", ...away)
      .expect({ state: "CANCELLED", standing: [] });
  });

  it("is closed although its address cannot be cleared, and then needs a human for that", async () => {
    await account()
      .when("add-client", rejected("unknown client"))
      .whenUndoing("add-address", rejected("locked"))
      .expect({ status: "needs_intervention", rolledBack: ["create-account"], standing: ["add-address"] });
  });

  it("ends right in every run with one fault", async () => {
    const scenario = { ...openAccountScenario, policy: explorationPolicy };
    const { counterexample, isWhole } = await explore(scenario, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it("leaves all or nothing at its services, whichever call is refused or loses its reply", async () => {
    const all = ["accounts/A-1 put", "accounts/A-1/address put", "accounts/A-1/client put", "bank/links/A-1 put"];
    expect(await runWithEachFault(openAccountExample)).toEqual({ all, wrong: [], needHuman: [] });
  });
});
