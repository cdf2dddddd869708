import { describe, expect, expectTypeOf, it } from "vitest";
import { ScriptedController, type StepScript, type WaitScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { chain } from "./chain.ts";
import { PivotHandler } from "./handler.ts";
import { done, type Outcome, rejected } from "./outcome.ts";
import type { Schema } from "./schema.ts";
import { CompensatableWaitHandler, type OnTimeout, PivotWaitHandler, RetriableWaitHandler, WaitHandler } from "./wait-handler.ts";

// Each `@ts-expect-error` below is a definition that must not compile: the type check of this package fails if one does.

interface Input {
  readonly user: string;
  readonly until: number;
}
interface Paid {
  readonly payment: number;
}
interface Notice extends Paid {
  readonly accepted: boolean;
}

function schema<Value>(): Schema<Value> {
  return { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "never validated here" }] }) } };
}

const words = {
  state: "WAITING",
  done: "Paid",
  failed: "NotPaid",
  undoing: "PAYING_BACK",
  undone: "PaidBack",
  timedOut: "TooLate",
};

class WaitForPayment extends WaitHandler<Input, Paid, Notice> {
  override readonly step = "wait-for-payment";
  override readonly words = words;
  override readonly gives = schema<Paid>();
  override readonly accepts = schema<Notice>();
  override readonly waitUntil = "until";
  override readonly correlation = "user";
  override readonly onTimeout: OnTimeout = "turn-back";
  override outcomeOf({ accepted, payment }: Notice) {
    return accepted ? done({ payment }) : rejected("not accepted");
  }
}

class RefundedPayment extends CompensatableWaitHandler<Input, Paid> {
  override readonly step = "refunded-payment";
  override readonly participant = { name: "payments", keyed: true };
  override readonly words = words;
  override readonly gives = schema<Paid>();
  override readonly accepts = schema<Paid>();
  override rollback = async (_data: Input & Paid): Promise<Outcome> => done();
}

class PayPivot extends PivotWaitHandler<Input, Paid> {
  override readonly step = "pay";
  override readonly words = words;
  override readonly gives = schema<Paid>();
  override readonly accepts = schema<Paid>();
}

class Ship extends PivotHandler<Paid> {
  override readonly step = "ship";
  override readonly words = words;
  override readonly participant = { name: "store", keyed: true };
  override readonly gives = schema<object>();
  override run = async (_data: Paid): Promise<Outcome> => done();
}

class Confirm extends RetriableWaitHandler<Paid> {
  override readonly step = "confirm";
  override readonly words = words;
  override readonly gives = schema<object>();
  override readonly accepts = schema<object>();
}

class ConfirmOrTurnBack extends RetriableWaitHandler<Paid> {
  override readonly step = "confirm";
  override readonly words = words;
  override readonly gives = schema<object>();
  // @ts-expect-error no saga turns back after its pivot
  override readonly onTimeout = "turn-back";
}

class WaitUntilUser extends WaitHandler<Input> {
  override readonly step = "wait-until-user";
  override readonly words = words;
  override readonly gives = schema<object>();
  // @ts-expect-error a text is no instant
  override readonly waitUntil = "user";
}

const input = schema<Input>();

describe("a wait", () => {
  it("stands where its kind may, and gives its data to what follows", () => {
    const whole = chain(input).step(new WaitForPayment()).step(new Ship()).step(new Confirm());
    expectTypeOf(whole.data).toExtend<Input & Paid>();
    expect(whole.handlers.map(({ kind }) => kind)).toEqual(["lasting", "pivot", "retriable"]);
    expect(chain(input).step(new RefundedPayment()).step(new Ship()).handlers).toHaveLength(2);
  });

  it("does not compile where its kind may not stand, or nothing gives what it needs", () => {
    const paid = chain(input).step(new PayPivot());
    // @ts-expect-error a lasting step cannot stand after the pivot
    paid.step(new WaitForPayment());
    // @ts-expect-error a retriable step stands after the pivot
    chain(input).step(new Confirm());
    // @ts-expect-error nothing before it gives what it needs
    chain(schema<{ readonly other: string }>()).step(new WaitForPayment());
    expect([new ConfirmOrTurnBack(), new WaitUntilUser()]).toHaveLength(2);
  });
});

function build(wait: WaitScript, kind: StepScript["kind"] = "pivot", before: readonly StepScript[] = []): ScriptedController {
  return new ScriptedController([...before, { step: "wait", kind, wait }], new ScriptedWorld());
}

const pivot: StepScript = { step: "pay", kind: "pivot" };

describe("a definition with a wait", () => {
  it("is refused where a wait could never end, or would end wrong", () => {
    expect(() => build({ isTimer: true })).toThrow("it would never end");
    expect(() => build({ waitMs: 0.5 })).toThrow("positive integer");
    expect(() => build({ waitMs: 1, waitUntil: "then" })).toThrow("waits for one of them");
    expect(() => build({ isTimer: true, waitMs: 1, onTimeout: "ask" })).toThrow("is a timer");
    expect(() => build({ isTimer: true, waitMs: 1, correlation: "ref" })).toThrow("accepts no signal");
    expect(() => build({ onTimeout: "turn-back" }, "retriable", [pivot])).toThrow("stands after the pivot");
    expect(() => build({}, "lasting", [pivot])).toThrow("stands after the pivot");
  });

  it("has a state and arrows for it, with an arrow of its own for a timeout that turns back or goes on", () => {
    const events = (wait: WaitScript) => build(wait).chart.arrows.map(({ event, to }) => `${event} ${to}`);
    expect(events({ onTimeout: "ask" })).toEqual(["WaitDone COMPLETED", "WaitFailed CANCELLED"]);
    expect(events({ isTimer: true, waitMs: 1 })).toEqual(["WaitDone COMPLETED", "WaitFailed CANCELLED"]);
    expect(events({ onTimeout: "turn-back" })).toContain("WaitTimedOut CANCELLED");
    expect(events({ onTimeout: "go-on" })).toContain("WaitTimedOut COMPLETED");
  });

  it("passes over a wait without rollback when it is undone", () => {
    const { arrows } = new ScriptedController(
      [{ step: "order", kind: "compensatable" }, { step: "wait", kind: "lasting", wait: {} }, pivot],
      new ScriptedWorld(),
    ).chart;
    expect(arrows).toContainEqual({ from: "DOING_PAY", event: "PayFailed", to: "UNDOING_ORDER" });
  });

  it("has another fingerprint than one that calls there", () => {
    const calls = new ScriptedController([{ step: "wait", kind: "pivot" }], new ScriptedWorld());
    expect(build({}).fingerprint).not.toBe(calls.fingerprint);
    // As it was before there were waits.
    expect(calls.fingerprint).toBe("519fab358978758a");
  });
});
