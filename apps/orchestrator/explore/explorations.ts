import type { Scenario } from "saga-core/testing";
import { onRestate } from "saga-restate/testing";
import { earlierOrderSagaOf, orderSagaOf } from "../src/compose.ts";
import { type Config, readConfig } from "../src/config.ts";

/** A definition of this app with a scenario: an input, and the results of its steps. */
export interface ExploredDefinition {
  readonly name: string;
  readonly scenario: Scenario;
}

const sample = {
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
  return { definition: earlierOrderSagaOf(configOf(keyed, keyed)), input: sample.input, results };
}

function configOf(storeManagerKeyed: boolean, paymentsKeyed: boolean): Config {
  return readConfig({ STORE_MANAGER_KEYED: String(storeManagerKeyed), PAYMENTS_KEYED: String(paymentsKeyed) });
}

const keyedOnRestate = { ...orderSaga(true, true), engine: onRestate };
const unkeyedOnRestate = { ...orderSaga(false, false), engine: onRestate };

/** Every definition of this app, with keyed and unkeyed participants, on both engines. */
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
];
