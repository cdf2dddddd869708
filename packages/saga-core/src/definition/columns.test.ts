import { describe, expect, it } from "vitest";
import { ScriptedController } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { chain } from "./chain.ts";
import { findColumnsProblem } from "./columns.ts";
import { Controller } from "./controller.ts";
import { done } from "./outcome.ts";
import { defaultPolicy } from "./policy.ts";
import type { Schema } from "./schema.ts";
import { step } from "./step.ts";

function schema<Value>(): Schema<Value> {
  return { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "only for its type" }] }) } };
}

const pay = step({
  kind: "pivot",
  step: "pay",
  words: { state: "PAYING", done: "Paid", failed: "NotPaid" },
  participant: { name: "bank", keyed: true },
  gives: schema<{ readonly payment_id: number }>(),
  run: async () => done({ payment_id: 1 }),
});

const steps = chain(schema<{ readonly user_id: number; readonly card: { readonly number: string } }>()).step(pay);

class PaySagaController extends Controller<typeof steps> {
  constructor(secret: readonly "card.number"[] = []) {
    super({ name: "pay", version: 1, chain: steps, policy: defaultPolicy, columns: ["payment_id", "user_id"], secret });
  }
}

class MisnamedController extends Controller<typeof steps> {
  constructor() {
    // @ts-expect-error a member that neither the input nor a step gives
    super({ name: "pay", version: 1, chain: steps, policy: defaultPolicy, columns: ["order_id"] });
  }
}

class HidingController extends Controller<typeof steps> {
  constructor() {
    super({ name: "pay", version: 1, chain: steps, policy: defaultPolicy, columns: ["card"], secret: ["card.number"] });
  }
}

describe("the columns of a definition", () => {
  it("are members of its input or its data, in their order, which the compiler holds it to", () => {
    expect(new PaySagaController().columns).toEqual(["payment_id", "user_id"]);
    expect(new MisnamedController().columns).toEqual(["order_id"]);
  });

  it("are none where it names none, and change no fingerprint", () => {
    const scripted = new ScriptedController([{ step: "book", kind: "pivot" }], new ScriptedWorld());
    expect(scripted.columns).toEqual([]);
    expect(new PaySagaController().fingerprint).toBe(new HiddenNothing().fingerprint);
  });

  it("are refused where they have what is secret, are named twice, or are many", () => {
    expect(() => new HidingController()).toThrow('its column "card" has what is secret');
    expect(new PaySagaController(["card.number"]).columns).toHaveLength(2);
    expect(findColumnsProblem(["a", "b", "a"], [])).toBe('it names the column "a" twice');
    expect(findColumnsProblem([..."abcdefgh"], [])).toBeUndefined();
    expect(findColumnsProblem([..."abcdefghi"], [])).toBe("it names 9 columns, and may name 8");
  });
});

class HiddenNothing extends Controller<typeof steps> {
  constructor() {
    super({ name: "pay", version: 1, chain: steps, policy: defaultPolicy });
  }
}
