import type { Scenario } from "saga-core/testing";
import { onRestate } from "saga-restate/testing";
import { orderSagaOf } from "../src/compose.ts";
import { readConfig } from "../src/config.ts";

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
  const variables = { STORE_MANAGER_KEYED: String(storeManagerKeyed), PAYMENTS_KEYED: String(paymentsKeyed) };
  return { definition: orderSagaOf(readConfig(variables)), ...sample };
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
];
