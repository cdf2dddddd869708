import { describe, expect, expectTypeOf, it } from "vitest";
import { chain } from "./chain.ts";
import { givesNothing } from "./gives-nothing.ts";
import { CompensatableHandler, LastingHandler, PivotHandler, ReadHandler, RetriableHandler } from "./handler.ts";
import { done, type Nothing, type Outcome } from "./outcome.ts";
import type { Schema } from "./schema.ts";

// Each `@ts-expect-error` below is a definition that must not compile: the type check of this package fails if one does.

interface Input {
  readonly user: number;
}
interface Order {
  readonly order: number;
}

function schema<Value>(): Schema<Value> {
  return { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "never validated here" }] }) } };
}

const participant = { name: "shop", keyed: true };
const words = { state: "DOING", done: "Done", failed: "Failed", undoing: "UNDOING", undone: "Undone" };

class CreateOrder extends CompensatableHandler<Input, Order> {
  override readonly step = "create-order";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = schema<Order>();
  override run = async (): Promise<Outcome<Order>> => done({ order: 1 });
  override rollback = async (): Promise<Outcome> => done();
}

class SameStep extends PivotHandler<Input> {
  override readonly step = "create-order";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = givesNothing;
  override run = async (_data: Input): Promise<Outcome> => done();
}

class SameMember extends PivotHandler<Input, Order> {
  override readonly step = "same-member";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = schema<Order>();
  override run = async (_data: Input): Promise<Outcome<Order>> => done({ order: 1 });
}

class Ship extends CompensatableHandler<Order> {
  override readonly step = "ship";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
  override rollback = async (): Promise<Outcome> => done();
}

class Pay extends PivotHandler<Order> {
  override readonly step = "pay";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
}

class PayAgain extends PivotHandler<Order> {
  override readonly step = "pay-again";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
}

class Mail extends RetriableHandler<Order> {
  override readonly step = "mail";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
}

interface Price {
  readonly price: number;
}

class ReadPrice extends ReadHandler<Order, Price> {
  override readonly step = "read-price";
  override readonly participant = participant;
  override readonly gives = schema<Price>();
  override run = async (_data: Order): Promise<Outcome<Price>> => done({ price: 1 });
}

class Announce extends LastingHandler<Order> {
  override readonly step = "announce";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
}

class Unnamed extends PivotHandler<Nothing> {
  override readonly step: string = "unnamed";
  override readonly words = words;
  override readonly participant = participant;
  override readonly gives = givesNothing;
  override run = async (): Promise<Outcome> => done();
}

describe("a chain", () => {
  it("compiles if earlier steps give the data that each step needs", () => {
    const whole = chain(schema<Input>()).step(new CreateOrder()).step(new Ship()).step(new Pay()).step(new Mail());
    expectTypeOf(whole.data).toEqualTypeOf<Input & Order & Nothing>();
    expect(whole.handlers.map(({ step }) => step)).toEqual(["create-order", "ship", "pay", "mail"]);
  });

  it("compiles with a read before and after the pivot, whose result later steps may need", () => {
    const before = chain(schema<Input>()).step(new CreateOrder()).step(new ReadPrice());
    expectTypeOf(before.data).toEqualTypeOf<Input & Order & Price>();
    const after = chain(schema<Input>()).step(new CreateOrder()).step(new Pay()).step(new ReadPrice()).step(new Mail());
    expect(after.handlers.map(({ kind }) => kind)).toEqual(["compensatable", "pivot", "read", "retriable"]);
    // @ts-expect-error nothing before it gives order
    chain(schema<Input>()).step(new ReadPrice());
  });

  it("does not compile if a step does not fit", () => {
    const start = chain(schema<Input>());
    const paid = start.step(new CreateOrder()).step(new Pay());
    // @ts-expect-error nothing before it gives order
    start.step(new Ship());
    // @ts-expect-error a step of that name is there already
    start.step(new CreateOrder()).step(new SameStep());
    // @ts-expect-error an earlier step gives that member already
    start.step(new CreateOrder()).step(new SameMember());
    // @ts-expect-error a compensatable step after the pivot
    paid.step(new Ship());
    // @ts-expect-error a lasting step after the pivot
    paid.step(new Announce());
    expect(start.step(new CreateOrder()).step(new Announce()).step(new Pay()).handlers).toHaveLength(3);
    // @ts-expect-error a second pivot
    paid.step(new PayAgain());
    // @ts-expect-error a retriable step before any pivot
    start.step(new CreateOrder()).step(new Mail());
    // @ts-expect-error a step name that is not a literal
    start.step(new Unnamed());
    // @ts-expect-error not a handler
    start.step({ step: "nothing" });
    expect(paid.handlers).toHaveLength(2);
  });

  it("accepts no compensatable handler without a rollback", () => {
    // @ts-expect-error it inherits the abstract rollback and does not say how it is undone
    class NoRollback extends CompensatableHandler<Input> {
      override readonly step = "no-rollback";
      override readonly words = words;
      override readonly participant = participant;
      override readonly gives = givesNothing;
      override run = async (): Promise<Outcome> => done();
    }
    expect(NoRollback.prototype.rollback).toBeUndefined();
  });
});
