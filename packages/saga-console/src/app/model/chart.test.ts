import { describe, expect, it } from "vitest";
import type { Definition } from "../api/replies.ts";
import { chartOf } from "./chart.ts";
import { eventsOf, orderSteps } from "./samples.ts";

const arrow = (from: string, event: string, to: string) => ({ from, event, to });

const definition: Definition = {
  definition: "order",
  version: 2,
  columns: [],
  states: [
    "CREATING_ORDER",
    "DECREASING_STOCK",
    "CREATING_PAYMENT",
    "INCREASING_STOCK",
    "CANCELLING_ORDER",
    "COMPLETED",
    "CANCELLED",
  ],
  steps: [...orderSteps],
  transitions: [
    arrow("CREATING_ORDER", "OrderCreated", "DECREASING_STOCK"),
    arrow("CREATING_ORDER", "OrderCreationFailed", "CANCELLED"),
    arrow("DECREASING_STOCK", "StockDecreased", "CREATING_PAYMENT"),
    arrow("DECREASING_STOCK", "StockDecreaseFailed", "CANCELLING_ORDER"),
    arrow("CREATING_PAYMENT", "PaymentCreated", "COMPLETED"),
    arrow("CREATING_PAYMENT", "PaymentCreationFailed", "INCREASING_STOCK"),
    arrow("INCREASING_STOCK", "StockIncreased", "CANCELLING_ORDER"),
    arrow("CANCELLING_ORDER", "OrderCancelled", "CANCELLED"),
  ],
};

const through = (...states: readonly string[]) => eventsOf(...states.map((state) => ({ type: "answered", data: { state } })));
const takenIn = (...states: readonly string[]) =>
  chartOf(definition, through(...states))
    .arrows.filter(({ isTaken }) => isTaken)
    .map(({ event }) => event);

describe("the chart", () => {
  it("has the way down on the left, and each undoing state beside the step that it undoes, below where they end", () => {
    const { states, rows } = chartOf(definition, []);
    expect(Object.fromEntries(states.map(({ name, column, row }) => [name, [column, row]]))).toEqual({
      CREATING_ORDER: [0, 1],
      CANCELLING_ORDER: [1, 1],
      DECREASING_STOCK: [0, 2],
      INCREASING_STOCK: [1, 2],
      CREATING_PAYMENT: [0, 3],
      COMPLETED: [0, 4],
      CANCELLED: [1, 0],
    });
    expect(rows).toBe(5);
  });

  it("marks the arrows that the saga took, and the state where it is", () => {
    expect(takenIn("CREATING_ORDER", "CREATING_ORDER", "DECREASING_STOCK", "CANCELLING_ORDER")).toEqual([
      "OrderCreated",
      "StockDecreaseFailed",
    ]);
    const { states, moves } = chartOf(definition, through("CREATING_ORDER", "DECREASING_STOCK"));
    expect(states.filter(({ isHere }) => isHere).map(({ name }) => name)).toEqual(["DECREASING_STOCK"]);
    expect(moves).toEqual([{ from: "CREATING_ORDER", to: "DECREASING_STOCK", by: ["OrderCreated"], seq: 2 }]);
  });

  it("finds the arrows of an event that passes through a state", () => {
    expect(takenIn("DECREASING_STOCK", "INCREASING_STOCK")).toEqual(["StockDecreased", "PaymentCreationFailed"]);
  });

  it("draws a state that the definition does not have, and a move that no arrow is", () => {
    const { states, arrows, moves } = chartOf(definition, through("CREATING_ORDER", "ELSEWHERE", "COMPLETED"));
    expect(states.find(({ name }) => name === "ELSEWHERE")).toMatchObject({ isKnown: false, isTaken: true, column: 0, row: 5 });
    expect(arrows.filter(({ event }) => event === "")).toEqual([
      { from: "CREATING_ORDER", to: "ELSEWHERE", event: "", isTaken: true },
      { from: "ELSEWHERE", to: "COMPLETED", event: "", isTaken: true },
    ]);
    expect(moves.map(({ by }) => by)).toEqual([[], []]);
  });

  it("is the path alone where the version is not described, and nothing before the first event is read", () => {
    const { states, arrows } = chartOf(undefined, through("FIRST", "SECOND"));
    expect(states.map(({ name, row, isKnown }) => [name, row, isKnown])).toEqual([
      ["FIRST", 1, true],
      ["SECOND", 2, true],
    ]);
    expect(arrows).toHaveLength(1);
    expect(chartOf(undefined, [])).toEqual({ states: [], arrows: [], moves: [], rows: 0 });
  });
});
