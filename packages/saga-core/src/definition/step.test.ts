import { describe, expect, expectTypeOf, it } from "vitest";
import { sampleAttempt } from "../testing/sample-attempt.ts";
import { callHandler } from "./call-handler.ts";
import { callTimeoutOf } from "./call-timeout.ts";
import { chain } from "./chain.ts";
import { Controller, type EventOf, type StateOf } from "./controller.ts";
import type { DataOf, InputOf } from "./data-of.ts";
import { givesNothing } from "./gives-nothing.ts";
import { CompensatableHandler, LastingHandler, PivotHandler, ReadHandler, RetriableHandler } from "./handler.ts";
import { done, type Outcome, rejected } from "./outcome.ts";
import { defaultPolicy } from "./policy.ts";
import type { Schema } from "./schema.ts";
import { step } from "./step.ts";
import { termsOf } from "./terms.ts";
import { CompensatableWaitHandler, PivotWaitHandler, RetriableWaitHandler, WaitHandler } from "./wait-handler.ts";

interface Input {
  readonly user: number;
  readonly due: number;
}
interface Order {
  readonly order: number;
}
interface Price {
  readonly price: number;
}
interface Paid {
  readonly paid: number;
}

function schema<Value>(): Schema<Value> {
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      // biome-ignore lint/nursery/noUnsafeTypeAssertion: a schema of a test believes what it is given.
      validate: (value) => ({ value: value as Value }),
    },
  };
}

const shop = { name: "shop", keyed: true, callTimeoutMs: 5_000 };
const wordsOf = <const Name extends string>(name: Name) =>
  ({
    state: `DOING_${name}`,
    done: `Done${name}`,
    failed: `Failed${name}`,
    undoing: `UNDOING_${name}`,
    undone: `Undone${name}`,
  }) as const;
const [a, b, c, d, e, f, g, h] = [
  wordsOf("A"),
  wordsOf("B"),
  wordsOf("C"),
  wordsOf("D"),
  wordsOf("E"),
  wordsOf("F"),
  wordsOf("G"),
  { ...wordsOf("H"), timedOut: "TimedOut" } as const,
];

class CreateOrder extends CompensatableHandler<Input, Order> {
  override readonly step = "create-order";
  override readonly words = a;
  override readonly participant = shop;
  override readonly gives = schema<Order>();
  override readonly callTimeoutMs = 1_000;
  override readonly patience = { attemptsMax: 3 };
  override readonly rollbackIsRepeatable = true;
  override readonly rollbackId = "order";
  override readonly refusedRollback = "go-on";
  override run = async ({ user }: Input): Promise<Outcome<Order>> => done({ order: user });
  override rollback = async ({ order }: Order): Promise<Outcome> => rejected(`order ${order} is shipped`);
  override probe = async (): Promise<Outcome<Order>> => done({ order: 7 });
  override whatIsKnown = () => "It is at /orders.";
}

const createOrder = step({
  kind: "compensatable",
  step: "create-order",
  words: a,
  participant: shop,
  gives: schema<Order>(),
  callTimeoutMs: 1_000,
  patience: { attemptsMax: 3 },
  rollbackIsRepeatable: true,
  rollbackId: "order",
  refusedRollback: "go-on",
  run: async ({ user }: Input) => done({ order: user }),
  rollback: async ({ order }: Order) => rejected(`order ${order} is shipped`),
  probe: async () => done({ order: 7 }),
  whatIsKnown: () => "It is at /orders.",
});

class Reserve extends CompensatableHandler<Order> {
  override readonly step = "reserve";
  override readonly words = b;
  override readonly participant = shop;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
  override rollback = async (): Promise<Outcome> => done();
}

const reserve = step({
  kind: "compensatable",
  step: "reserve",
  words: b,
  participant: shop,
  run: async (_data: Order) => done(),
  rollback: async () => done(),
});

class Announce extends LastingHandler<Order> {
  override readonly step = "announce";
  override readonly words = c;
  override readonly participant = shop;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
}

const announce = step({ kind: "lasting", step: "announce", words: c, participant: shop, run: async (_data: Order) => done() });

class ReadPrice extends ReadHandler<Order, Price> {
  override readonly step = "read-price";
  override readonly participant = shop;
  override readonly gives = schema<Price>();
  override run = async (_data: Order): Promise<Outcome<Price>> => done({ price: 1 });
}

const readPrice = step({
  kind: "read",
  step: "read-price",
  participant: shop,
  gives: schema<Price>(),
  run: async (_data: Order) => done({ price: 1 }),
});

class Delay extends WaitHandler<Input> {
  override readonly step = "delay";
  override readonly words = d;
  override readonly gives = givesNothing;
  override readonly waitUntil = "due";
}

const delay = step({ kind: "lasting", how: "wait", step: "delay", words: d, waitUntil: "due" });

class AwaitPayment extends CompensatableWaitHandler<Order, Paid> {
  override readonly step = "await-payment";
  override readonly words = h;
  override readonly participant = shop;
  override readonly gives = schema<Paid>();
  override readonly accepts = schema<Paid>();
  override readonly waitMs = 1_000;
  override readonly onTimeout = "turn-back";
  override readonly correlation = "order";
  override rollback = async ({ paid }: Order & Paid): Promise<Outcome> => rejected(`${paid} is gone`);
  override outcomeOf = ({ paid }: Paid) => (paid > 0 ? done({ paid }) : rejected("nothing is paid"));
}

const awaitPayment = step({
  kind: "compensatable",
  how: "wait",
  step: "await-payment",
  words: h,
  participant: shop,
  gives: schema<Paid>(),
  accepts: schema<Paid>(),
  waitMs: 1_000,
  onTimeout: "turn-back",
  correlation: "order",
  rollback: async ({ paid }: Order & Paid) => rejected(`${paid} is gone`),
  outcomeOf: ({ paid }: Paid) => (paid > 0 ? done({ paid }) : rejected("nothing is paid")),
});

class Charge extends PivotHandler<Input & Price> {
  override readonly step = "charge";
  override readonly words = e;
  override readonly participant = shop;
  override readonly gives = givesNothing;
  override readonly orphanIsHarmless = true;
  override run = async (_data: Input & Price): Promise<Outcome> => done();
}

const charge = step({
  kind: "pivot",
  step: "charge",
  words: e,
  participant: shop,
  orphanIsHarmless: true,
  run: async (_data: Input & Price) => done(),
});

class Confirm extends PivotWaitHandler<Input, Paid> {
  override readonly step = "confirm";
  override readonly words = e;
  override readonly gives = schema<Paid>();
  override readonly accepts = schema<Paid>();
}

const confirm = step({ kind: "pivot", how: "wait", step: "confirm", words: e, gives: schema<Paid>(), accepts: schema<Paid>() });

class Mail extends RetriableHandler<Order> {
  override readonly step = "mail";
  override readonly words = f;
  override readonly participant = shop;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
}

const mail = step({ kind: "retriable", step: "mail", words: f, participant: shop, run: async (_data: Order) => done() });

class Receive extends RetriableWaitHandler<Order, Paid> {
  override readonly step = "receive";
  override readonly words = g;
  override readonly gives = schema<Paid>();
  override readonly accepts = schema<Paid>();
  override readonly byDefault = { paid: 0 };
}

const receive = step({
  kind: "retriable",
  how: "wait",
  step: "receive",
  words: g,
  gives: schema<Paid>(),
  accepts: schema<Paid>(),
  byDefault: { paid: 0 },
});

const start = chain(schema<Input>());
const classes = () =>
  start
    .step(new CreateOrder())
    .step(new Reserve())
    .step(new Announce())
    .step(new ReadPrice())
    .step(new Delay())
    .step(new AwaitPayment())
    .step(new Charge())
    .step(new Mail());
const objects = () =>
  start.step(createOrder).step(reserve).step(announce).step(readPrice).step(delay).step(awaitPayment).step(charge).step(mail);
const waitingClasses = () => start.step(new CreateOrder()).step(new Confirm());
const waitingObjects = () => start.step(createOrder).step(confirm);
const receivingClasses = () => start.step(new CreateOrder()).step(new Charge0()).step(new Receive());
const receivingObjects = () => start.step(createOrder).step(charge0).step(receive);

class Charge0 extends PivotHandler<Order> {
  override readonly step = "charge";
  override readonly words = e;
  override readonly participant = shop;
  override readonly gives = givesNothing;
  override run = async (_data: Order): Promise<Outcome> => done();
}

const charge0 = step({ kind: "pivot", step: "charge", words: e, participant: shop, run: async (_data: Order) => done() });

const named = { name: "shop", version: 1, policy: defaultPolicy };

class ClassController extends Controller<ReturnType<typeof classes>> {
  constructor() {
    super({ ...named, chain: classes() });
  }
}

class ObjectController extends Controller<ReturnType<typeof objects>> {
  constructor() {
    super({ ...named, chain: objects() });
  }
}

class AnyController extends Controller {
  constructor(steps: Pick<Controller, "handlers">) {
    super({ ...named, chain: { input: schema<object>(), handlers: steps.handlers } });
  }
}

describe.for([
  { what: "a chain of every kind", one: classes(), other: objects() },
  { what: "a chain whose pivot waits", one: waitingClasses(), other: waitingObjects() },
  { what: "a chain with a wait after its pivot", one: receivingClasses(), other: receivingObjects() },
])("$what, of objects", ({ one, other }) => {
  it("has the fingerprint and the chart of one of classes", () => {
    const [controller, same] = [new AnyController(one), new AnyController(other)];
    expect(same.fingerprint).toBe(controller.fingerprint);
    expect(same.chart).toEqual(controller.chart);
  });

  it("records the same terms, and has the same deadlines of calls and schemas of signals", () => {
    expect(other.handlers.map(termsOf)).toEqual(one.handlers.map(termsOf));
    expect(other.handlers.map(callTimeoutOf)).toEqual(one.handlers.map(callTimeoutOf));
    expect(other.handlers.map(membersOf)).toEqual(one.handlers.map(membersOf));
  });

  it("makes the same calls, with the same outcomes", async () => {
    const turn = { cause: "cancelled", step: "mail", reason: "no need" } as const;
    const data = { user: 1, due: 2, order: 3, price: 4, paid: 5 };
    for (const [index, handler] of one.handlers.entries()) {
      const same = other.handlers[index];
      for (const action of ["run", "rollback", "probe"] as const) {
        const attempt = { ...sampleAttempt(), turn };
        expect(same && (await callHandler(same, action, data, attempt))).toEqual(
          await callHandler(handler, action, data, attempt),
        );
      }
    }
  });
});

/** What a handler has and no terms record. */
function membersOf(handler: object) {
  return ["rollbackId", "rollbackIsRepeatable", "orphanIsHarmless", "participant"].map((name) => Reflect.get(handler, name));
}

describe("the types of a chain of objects", () => {
  it("are those of one of classes: the input, the data, the states and the events", () => {
    expectTypeOf<InputOf<ObjectController>>().toEqualTypeOf<InputOf<ClassController>>();
    expectTypeOf<StateOf<ObjectController>>().toEqualTypeOf<StateOf<ClassController>>();
    expectTypeOf<EventOf<ObjectController>>().toEqualTypeOf<EventOf<ClassController>>();
    expectTypeOf<DataOf<ObjectController>>().toMatchTypeOf<Input & Order & Price & Paid>();
    expectTypeOf<DataOf<ClassController>>().toMatchTypeOf<DataOf<ObjectController>>();
    expect(new ObjectController().fingerprint).toBe(new ClassController().fingerprint);
  });

  it("are checked where the chain is built, as those of classes are", () => {
    // @ts-expect-error nothing before it gives order
    start.step(reserve);
    // @ts-expect-error nothing before it gives the member by which it is signalled
    start.step(awaitPayment);
    // @ts-expect-error a compensatable step after the pivot
    waitingObjects().step(reserve);
    expect(objects().handlers).toHaveLength(8);
  });
});
