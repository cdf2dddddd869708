import { describe, expect, it } from "vitest";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { type Arrow, findChartProblem } from "./chart.ts";
import { Controller } from "./controller.ts";
import { DefinitionError } from "./definition-error.ts";
import { givesNothing } from "./gives-nothing.ts";
import type { AnyHandler } from "./handler.ts";
import { toMermaid } from "./mermaid.ts";
import { done } from "./outcome.ts";
import { defaultPolicy, type Policy } from "./policy.ts";

function build(steps: readonly StepScript[], policy: Partial<Policy> = {}): Controller {
  return new ScriptedController(steps, new ScriptedWorld(), policy);
}

interface Renaming {
  readonly name?: string;
  readonly version?: number;
  readonly handlers?: readonly AnyHandler[];
}

class Renamed extends Controller {
  constructor({ name = "renamed", version = 1, handlers = [pivot({})] }: Renaming) {
    super({
      name,
      version,
      chain: { input: givesNothing, handlers },
      policy: defaultPolicy,
    });
  }
}

function pivot({ step = "pay", state = "PAYING", event = "Paid" }): AnyHandler {
  return {
    kind: "pivot",
    orphanIsHarmless: false,
    step,
    words: { state, done: event, failed: `${event}Failed` },
    participant: { name: "bank", keyed: true },
    gives: givesNothing,
    run: async () => done(),
  };
}

function mailing(event: string): AnyHandler {
  return {
    kind: "retriable",
    step: "mail",
    words: { state: "MAILING", done: event },
    participant: { name: "post", keyed: true },
    gives: givesNothing,
    run: async () => done(),
  };
}

describe("a controller", () => {
  it("derives the chart: forward through the steps, and back from a step that fails", () => {
    const { chart } = build([
      { step: "reserve", kind: "compensatable" },
      { step: "pay", kind: "pivot" },
      { step: "mail", kind: "retriable" },
    ]);
    expect(chart.arrows).toEqual([
      { from: "DOING_RESERVE", event: "ReserveDone", to: "DOING_PAY" },
      { from: "DOING_RESERVE", event: "ReserveFailed", to: "CANCELLED" },
      { from: "DOING_PAY", event: "PayDone", to: "DOING_MAIL" },
      { from: "DOING_PAY", event: "PayFailed", to: "UNDOING_RESERVE" },
      { from: "DOING_MAIL", event: "MailDone", to: "COMPLETED" },
      { from: "UNDOING_RESERVE", event: "ReserveUndone", to: "CANCELLED" },
    ] satisfies Arrow[]);
  });

  it("derives how a cancelled saga leaves the last step of a chain without a pivot when that is done: it is undone", () => {
    const { chart } = build([
      { step: "reserve", kind: "compensatable" },
      { step: "book", kind: "compensatable" },
    ]);
    expect(chart.arrows).toEqual([
      { from: "DOING_RESERVE", event: "ReserveDone", to: "DOING_BOOK" },
      { from: "DOING_RESERVE", event: "ReserveFailed", to: "CANCELLED" },
      { from: "DOING_BOOK", event: "BookDone", to: "COMPLETED" },
      { from: "DOING_BOOK", event: "BookFailed", to: "UNDOING_RESERVE" },
      { from: "DOING_BOOK", event: "CancelledWhenDone", to: "UNDOING_BOOK" },
      { from: "UNDOING_BOOK", event: "BookUndone", to: "UNDOING_RESERVE" },
      { from: "UNDOING_RESERVE", event: "ReserveUndone", to: "CANCELLED" },
    ] satisfies Arrow[]);
  });

  it("draws its chart", () => {
    expect(toMermaid(build([{ step: "pay", kind: "pivot" }]).chart)).toBe(
      [
        "stateDiagram-v2",
        "  [*] --> DOING_PAY",
        "  DOING_PAY --> COMPLETED: PayDone",
        "  DOING_PAY --> CANCELLED: PayFailed",
        "  COMPLETED --> [*]",
        "  CANCELLED --> [*]",
        "",
      ].join("\n"),
    );
  });

  it.for<[string, () => Controller, string]>([
    ["no step", () => build([]), "it has no step"],
    ["a name that is not in kebab-case", () => new Renamed({ name: "Order Saga" }), "its name must be in kebab-case"],
    [
      "a version that is not a positive integer",
      () => new Renamed({ version: 0 }),
      "its version must be a positive integer, not 0",
    ],
    ["a step name that is not in kebab-case", () => new Renamed({ handlers: [pivot({ step: "Pay!" })] }), 'the step "Pay!"'],
    ["a state that is not in capitals", () => new Renamed({ handlers: [pivot({ state: "paying" })] }), 'the state "paying"'],
    [
      "an event that is not in Pascal case",
      () => new Renamed({ handlers: [pivot({ event: "was_paid" })] }),
      'the event "was_paid"',
    ],
    [
      "a state named like an end",
      () => new Renamed({ handlers: [pivot({ state: "COMPLETED" })] }),
      'two states are named "COMPLETED"',
    ],
    [
      "two steps of one name",
      () =>
        build([
          { step: "a", kind: "compensatable" },
          { step: "a", kind: "compensatable" },
        ]),
      'two steps are named "a"',
    ],
    ["two events of one name", () => new Renamed({ handlers: [pivot({}), mailing("Paid")] }), 'two events are named "Paid"'],
    [
      "two pivots",
      () =>
        build([
          { step: "a", kind: "pivot" },
          { step: "b", kind: "pivot" },
        ]),
      'two pivots, "a" and "b"',
    ],
    [
      "a compensatable step after the pivot",
      () =>
        build([
          { step: "a", kind: "pivot" },
          { step: "b", kind: "compensatable" },
        ]),
      '"b" stands after the pivot "a"',
    ],
    ["a retriable step before any pivot", () => build([{ step: "a", kind: "retriable" }]), '"a" stands before any pivot'],
    [
      "a limit that is none",
      () => build([{ step: "a", kind: "pivot" }], { deadlineMs: 0.5 }),
      "deadlineMs must be a positive integer, not 0.5",
    ],
    [
      "giving up before the deadline",
      () => build([{ step: "a", kind: "pivot" }], { giveUpMs: 10 }),
      "gives up before its deadline",
    ],
    [
      "a step whose patience is no positive integer",
      () => build([{ step: "a", kind: "pivot", patience: { attemptsMax: 0 } }]),
      'the patience of "a" has attemptsMax 0',
    ],
    [
      "a step that its saga gives up before its own deadline",
      () => build([{ step: "a", kind: "pivot", patience: { deadlineMs: 2 * defaultPolicy.giveUpMs } }]),
      'the patience of "a" gives up before its deadline',
    ],
    [
      "a deadline of a step after the pivot",
      () =>
        build([
          { step: "a", kind: "pivot" },
          { step: "b", kind: "retriable", patience: { deadlineMs: 1 } },
        ]),
      'the patience of "b" has deadlineMs, and a step after the pivot does not turn its saga',
    ],
  ])("refuses %s", ([, make, message]) => {
    expect(make).toThrow(DefinitionError);
    expect(make).toThrow(message);
  });
});

describe("a chart", () => {
  const arrow = (from: string, event: string, to: string): Arrow => ({ from, event, to });

  it.for<[string, Arrow[], string | undefined]>([
    ["a line", [arrow("A", "X", "B"), arrow("B", "Y", "C")], undefined],
    ["a diamond", [arrow("A", "X", "B"), arrow("A", "Y", "C"), arrow("B", "X", "D"), arrow("C", "X", "D")], undefined],
    ["a loop", [arrow("A", "X", "B"), arrow("B", "Y", "A")], "the states A -> B -> A are a loop"],
    ["an unreachable state", [arrow("A", "X", "B"), arrow("C", "Y", "B")], "the state C cannot be reached"],
    ["an ambiguous event", [arrow("A", "X", "B"), arrow("A", "X", "C")], "the event X leaves the state A twice"],
  ])("has the expected problem, or none, if it is %s", ([, arrows, problem]) => {
    const states = [...new Set(arrows.flatMap(({ from, to }) => [from, to]))];
    expect(findChartProblem({ initial: "A", states, arrows })).toBe(problem);
  });
});

describe("a definition", () => {
  it("is refused when a participant forgets a key before a late request with it has arrived", () => {
    const forgetful = (keyRetentionMs: number, keyed = true): AnyHandler => {
      return Object.assign(pivot({}), { participant: { name: "bank", keyed, keyRetentionMs, arrivesWithinMs: 60_000 } });
    };
    const build = (handler: AnyHandler) => () => new Renamed({ handlers: [handler] });
    expect(build(forgetful(60_000))).toThrow('the participant of "pay" forgets a key after 60000 ms');
    expect(build(forgetful(60_001))).not.toThrow();
    // What keeps no keys forgets none.
    expect(build(forgetful(60_000, false))).not.toThrow();
  });

  it("is refused when the deadline of a call is not below the time within which its request may arrive", () => {
    const build = (arrivesWithinMs: number | undefined, times: { participant?: number; step?: number } = {}) => {
      const participant = {
        name: "bank",
        keyed: true,
        ...(arrivesWithinMs !== undefined && { arrivesWithinMs }),
        ...(times.participant !== undefined && { callTimeoutMs: times.participant }),
      };
      const own = times.step === undefined ? {} : { callTimeoutMs: times.step };
      return () => new Renamed({ handlers: [Object.assign(pivot({}), { participant, ...own })] });
    };
    expect(build(60_000, { participant: 60_000 })).toThrow(
      'the deadline of a call of "pay" to bank is 60000 ms, and must be below the 60000 ms within which a request may arrive there',
    );
    expect(build(60_000, { participant: 59_999 })).not.toThrow();
    // The step's own counts before its participant's, and 30 and 300 seconds where nothing is declared.
    expect(build(60_000, { participant: 1_000, step: 60_000 })).toThrow("is 60000 ms");
    expect(build(60_000, { participant: 60_000, step: 1_000 })).not.toThrow();
    expect(build(30_000)).toThrow("is 30000 ms");
    expect(build(undefined, { step: 300_000 })).toThrow("must be below the 300000 ms");
    for (const step of [0, -1, 1.5, Number.NaN]) expect(build(undefined, { step })).toThrow("must be a positive integer");
  });
});
