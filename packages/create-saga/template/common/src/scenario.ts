import { MySagaController, theatreAt } from "./saga.ts";

/** What the tests and the exploration answer its steps. They call no participant. */
export const scenario = {
  definition: new MySagaController(theatreAt("http://theatre.invalid")),
  input: { customer: "Ada", seats: 2 },
  results: { "hold-seats": { hold_id: 1 }, "sell-seats": { sale_id: 7 } },
};
