import { exampleExplorations } from "examples/explorations";
import { explorationPolicy, type Scenario } from "saga-core/testing";
import { onRestate } from "saga-restate/testing";
import { earlierOrderSagaOf, orderSagaOf, paidLaterSagaOf } from "../src/compose.ts";
import { type Config, readConfig } from "../src/config.ts";

/** A definition with a scenario: an input, and the results of its steps. */
export interface ExploredDefinition {
  readonly name: string;
  readonly scenario: Scenario;
  /** Whether `test:more` has no time for its runs with two faults: only `explore` makes them. Default: false. */
  readonly isLong?: boolean;
}

const sample = {
  policy: explorationPolicy,
  input: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] },
  results: { "create-order": { order_id: 7 }, "read-amount": { total_amount: 11.5 }, "create-payment": { payment_id: 3 } },
  laterResults: { "read-amount": { total_amount: 12.5 } },
};

function orderSaga(storeManagerKeyed: boolean, paymentsKeyed: boolean): Scenario {
  return { definition: orderSagaOf(configOf(storeManagerKeyed, paymentsKeyed)), ...sample };
}

/** Version 1, whose first step gives the amount too. It starts no saga any more, and those that are open must end right. */
function earlierOrderSaga(keyed: boolean): Scenario {
  const results = { "create-order": { order_id: 7, total_amount: 11.5 }, "create-payment": { payment_id: 3 } };
  const { laterResults: _ofAStepThatItLacks, ...same } = sample;
  return { definition: earlierOrderSagaOf(configOf(keyed, keyed)), ...same, results };
}

/** An order whose payment is signalled: a yes or a no, at any instant and again. */
function paidLaterSaga(keyed: boolean): Scenario {
  const definition = paidLaterSagaOf(configOf(keyed, keyed));
  if (!definition) throw new Error("An order that is paid later has a time for it.");
  const [yes, no] = [{ is_paid: true }, { is_paid: false }];
  const results = { ...sample.results, "open-payment": { payment_id: 3 }, "await-payment": yes };
  return { ...sample, definition, results, signals: { "await-payment": { yes, no } } };
}

function configOf(storeManagerKeyed: boolean, paymentsKeyed: boolean): Config {
  return readConfig({
    STORE_MANAGER_KEYED: String(storeManagerKeyed),
    PAYMENTS_KEYED: String(paymentsKeyed),
    PAID_LATER_WAIT_MS: "86400000",
  });
}

const keyedOnRestate = { ...orderSaga(true, true), engine: onRestate };
const unkeyedOnRestate = { ...orderSaga(false, false), engine: onRestate };

/** Their own tests explore them with one fault. */
const examples = exampleExplorations.map(({ name, scenario }) => ({ name: `example: ${name}`, scenario, isLong: true }));

/**
 * Every definition of this app, with keyed and unkeyed participants, on both engines; one that waits on the embedded engine alone. Then the
 * examples.
 */
export const explorations: readonly ExploredDefinition[] = [
  { name: "order, keyed", scenario: orderSaga(true, true) },
  { name: "order, unkeyed", scenario: orderSaga(false, false) },
  { name: "order, Payments unkeyed", scenario: orderSaga(true, false) },
  { name: "order, keyed, Restate", scenario: keyedOnRestate },
  { name: "order, unkeyed, Restate", scenario: unkeyedOnRestate },
  { name: "order 1, keyed", scenario: earlierOrderSaga(true) },
  { name: "order 1, unkeyed", scenario: earlierOrderSaga(false) },
  { name: "order 1, keyed, Restate", scenario: { ...earlierOrderSaga(true), engine: onRestate } },
  { name: "order 1, unkeyed, Restate", scenario: { ...earlierOrderSaga(false), engine: onRestate } },
  { name: "order paid later, keyed", scenario: paidLaterSaga(true), isLong: true },
  { name: "order paid later, unkeyed", scenario: paidLaterSaga(false), isLong: true },
  ...examples,
];
