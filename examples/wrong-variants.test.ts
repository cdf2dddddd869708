import { Controller, chain, defaultPolicy, done } from "saga-core";
import { explore } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import type { captureServices } from "./capture/capture.ts";
import { captureExample } from "./capture/scenario.ts";
import { authorize, capture, order, pack, ship } from "./capture/steps.ts";
import { exampleExplorations } from "./explorations.ts";
import type { openAccountServices } from "./open-account/open-account.ts";
import { openAccountExample } from "./open-account/scenario.ts";
import { addAddress, addBankAccount, addClient, createAccount, newAccount } from "./open-account/steps.ts";
import { runWithEachFault } from "./testing/run-with-faults.ts";

/** Each attempt at the capture has a key of its own. */
const captureWithoutItsKey = ({ bank, warehouse }: ReturnType<typeof captureServices>) => {
  const right = capture(bank);
  let attempts = 0;
  const run: typeof right.run = (data, attempt) => {
    attempts += 1;
    return right.run(data, { ...attempt, key: `${attempt.key}-${attempts}` });
  };
  return chain(order)
    .step(authorize(bank))
    .step(pack(warehouse))
    .step({ ...right, run })
    .step(ship(warehouse));
};

class KeylessCapture extends Controller<ReturnType<typeof captureWithoutItsKey>> {
  constructor(services: ReturnType<typeof captureServices>) {
    super({ name: "capture", version: 1, chain: captureWithoutItsKey(services), policy: defaultPolicy });
  }
}

/** The rollback of the address says that it is done, and clears nothing. */
const accountThatForgets = ({ accounts, bank }: ReturnType<typeof openAccountServices>) =>
  chain(newAccount)
    .step(createAccount(accounts))
    .step({ ...addAddress(accounts), rollback: async () => done() })
    .step(addClient(accounts))
    .step(addBankAccount(bank));

class ForgetfulAccount extends Controller<ReturnType<typeof accountThatForgets>> {
  constructor(services: ReturnType<typeof openAccountServices>) {
    super({ name: "open-account", version: 1, chain: accountThatForgets(services), policy: defaultPolicy });
  }
}

describe("the examples' tests", () => {
  it.for(exampleExplorations)(
    "find an end that is wrong in $name when its first service keeps no keys, as declared",
    async ({ scenario }) => {
      const [first] = scenario.definition.handlers;
      const step = first?.step ?? "";
      const { counterexample } = await explore({ ...scenario, truth: { [step]: { keyed: false } } }, { faults: 1 });
      expect(counterexample?.violation).toBe(`${step}/run is sent twice to an unkeyed participant, and no human allowed it`);
    },
  );

  it("find that money is taken twice when a repeated capture has another key", async () => {
    const { wrong } = await runWithEachFault({ ...captureExample, define: (services) => new KeylessCapture(services) });
    const left = "bank/authorizations/1 capture capture, warehouse/parcels/2 ship";
    expect(wrong).toEqual([`capture/run-1: reply lost: completed, and there is ${left}`]);
  });

  it("find what a rollback forgets", async () => {
    const { wrong } = await runWithEachFault({ ...openAccountExample, define: (services) => new ForgetfulAccount(services) });
    const left = "cancelled, and there is accounts/A-1/address put";
    expect(wrong).toContain(`add-client/run: refused: ${left}`);
    expect(wrong.every((run) => run.endsWith(left))).toBe(true);
  });
});
