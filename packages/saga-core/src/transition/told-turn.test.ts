import { describe, expect, it } from "vitest";
import { rejected, unavailable } from "../definition/outcome.ts";
import { answered, controllerOf, decide, started } from "../testing/sample-events.ts";
import { advance } from "./advance.ts";
import type { SagaEvent } from "./event.ts";
import type { Saga } from "./saga.ts";
import { fold, transition } from "./transition.ts";

const controller = controllerOf();
const begun: SagaEvent = { ...startedEvent(), rules: 2 };
const orderDone = answered("order", { outcome: "done", result: {} });
const refused = answered("stock", rejected("sold out"));
const turn = { cause: "rejected", step: "stock", reason: "sold out" } as const;

function startedEvent() {
  const event = started(controller);
  if (event.type !== "started") throw new TypeError("It is no start.");
  return event;
}

function folded(...events: readonly SagaEvent[]): Saga {
  const saga = fold(controller, [begun, ...events]);
  if (!saga) throw new TypeError("There is no saga.");
  return saga;
}

describe("a rollback", () => {
  it("is told the cause, the step and the reason of the turn, as the closing record holds them", () => {
    const { records, commands } = advance(controller, folded(orderDone), refused);
    expect(records.map(({ event }) => event)).toEqual([refused, { type: "closing-recorded", at: refused.at, turn }]);
    expect(commands).toMatchObject([{ type: "rollback", step: "order", turn }]);
  });

  it("is told the same by a release with other words, and after a cancel that came later", () => {
    const before = { ...turn, reason: "no more left" };
    const closed = folded(orderDone, refused, { type: "closing-recorded", at: 1, turn: before });
    const cancelled = transition(controller, closed, { type: "cancel-requested", at: 2 }).saga;
    const away = { ...answered("order", unavailable("away"), { action: "rollback" }), at: 3 } as const;
    const waiting = transition(controller, cancelled, away).saga;
    expect(transition(controller, waiting, { type: "woken", at: 60_000 }).commands).toMatchObject([
      { type: "rollback", step: "order", turn: before },
    ]);
  });

  it("is told the turn that the events give where an earlier release began the saga, whose closing record holds none", () => {
    const { commands } = decide(controller, orderDone, refused, { type: "closing-recorded", at: 1 });
    expect(commands).toMatchObject([{ type: "rollback", step: "order", turn }]);
    expect(decide(controller, orderDone, refused).commands).toEqual([{ type: "record", event: "closing-recorded" }]);
  });
});

describe("a run", () => {
  it("is never told a turn, neither before it nor while it is settled", () => {
    const settling = folded(orderDone, answered("stock", { outcome: "unknown", reason: "no answer" }), {
      type: "cancel-requested",
      at: 2,
    });
    const { commands } = transition(controller, settling, { type: "woken", at: 60_000 });
    expect(commands).toMatchObject([{ type: "run", step: "stock" }]);
    expect(commands.filter((command) => "turn" in command)).toEqual([]);
  });
});
