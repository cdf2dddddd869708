import { describe, expect, it } from "vitest";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { chain } from "./chain.ts";
import { Controller } from "./controller.ts";
import { done } from "./outcome.ts";
import { defaultPolicy } from "./policy.ts";
import type { Schema } from "./schema.ts";
import { findSecretProblem, secretTextsOf, withoutSecretMembers } from "./secret-members.ts";
import { step } from "./step.ts";

interface Payment {
  readonly user_id: number;
  readonly card?: { readonly number: string; readonly holder: string };
  readonly cards?: readonly { readonly number: string }[];
  readonly free?: Readonly<Record<string, { readonly a: string }>>;
  readonly any?: unknown;
  readonly either?: string | { readonly code: string };
}

/** A schema of a validator that tells its JSON Schema, as zod's are. */
function telling<Value>(shape: object): Schema<Value> {
  const told = { jsonSchema: { output: () => shape } };
  return {
    "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "only for its shape" }] }), ...told },
  };
}

const text = { type: "string" };
const number = { type: "object", properties: { number: text }, additionalProperties: false };

const input = telling<Payment>({
  type: "object",
  properties: {
    user_id: { type: "integer" },
    card: { type: "object", properties: { number: text, holder: text }, additionalProperties: false },
    cards: { type: "array", items: number },
    free: { type: "object", additionalProperties: { type: "object", properties: { a: text }, additionalProperties: false } },
    any: {},
    either: { anyOf: [text, { type: "object", properties: { code: text } }] },
  },
});

const pay = step({
  kind: "pivot",
  step: "pay",
  words: { state: "PAYING", done: "Paid", failed: "NotPaid" },
  participant: { name: "bank", keyed: true },
  gives: telling<{ readonly token: string }>({ type: "object", properties: { token: text } }),
  run: async () => done({ token: "t" }),
});

const steps = chain(input).step(pay);

class PaySagaController extends Controller<typeof steps> {
  constructor() {
    super({
      name: "pay",
      version: 1,
      chain: steps,
      policy: defaultPolicy,
      secret: ["card.number", "cards.number", "token", "either.code"],
    });
  }
}

class MisspeltController extends Controller<typeof steps> {
  constructor() {
    // @ts-expect-error: it has no such member.
    super({ name: "pay", version: 1, chain: steps, policy: defaultPolicy, secret: ["card.nmber"] });
  }
}

function scripted(secret: readonly string[], wait: NonNullable<StepScript["wait"]> = {}): ScriptedController {
  return new ScriptedController([{ step: "paid", kind: "pivot", wait }], new ScriptedWorld(), {}, { secret });
}

describe("a definition may mark as secret", () => {
  it("the members of its input and of what its steps give, which the compiler knows", () => {
    expect(new PaySagaController().secret).toEqual(["card.number", "cards.number", "token", "either.code"]);
    expect(() => new MisspeltController()).toThrow('its secret member "card.nmber" is in no input, data or signal');
  });

  it("no member that there is not, where the schemas tell what there is", () => {
    const problemOf = (path: string) => findSecretProblem([path], steps);
    for (const path of ["user_id", "card", "card.holder", "cards", "free.x.a", "any.thing"])
      expect(problemOf(path)).toBeUndefined();
    for (const path of ["userid", "card.number.x", "cards.0", "free.x.b", "either.cod", "tokens"])
      expect(problemOf(path)).toBe(`its secret member "${path}" is in no input, data or signal`);
  });

  it("any member where a schema does not tell, by a path of names", () => {
    expect(scripted(["pin", "card.number"]).secret).toEqual(["pin", "card.number"]);
    for (const path of ["", "card.", ".number", "card..number"])
      expect(() => scripted([path])).toThrow(`its secret member "${path}" must be named like "card.number"`);
  });

  it.for<[string, NonNullable<StepScript["wait"]>]>([
    ["ref", { correlation: "ref" }],
    ["until", { waitUntil: "until", isTimer: true, onTimeout: "go-on" }],
  ])("no member that its wait shows: %s", ([name, wait]) => {
    expect(() => scripted([name], wait)).toThrow(`the wait "paid" shows its secret member "${name}"`);
  });
});

describe("what is secret", () => {
  const value = { card: { number: "4929", holder: "Ada" }, cards: [{ number: 1 }, { number: "2" }, "3"], pin: null, own: "x" };
  const paths = ["card.number", "cards.number", "pin", "missing.member", "own.member"];

  it("is replaced wherever it stands, also in lists, and nothing else is", () => {
    expect(withoutSecretMembers(value, paths)).toEqual({
      card: { number: "•••", holder: "Ada" },
      cards: [{ number: "•••" }, { number: "•••" }, "3"],
      pin: "•••",
      own: "x",
    });
    expect(withoutSecretMembers(value, ["card"])).toMatchObject({ card: "•••" });
  });

  it("is known by its texts and numbers", () => {
    expect(secretTextsOf(value, paths)).toEqual(["4929", "1", "2"]);
    expect(secretTextsOf(value, ["card"]).toSorted()).toEqual(["4929", "Ada"]);
    expect(secretTextsOf("no object", paths)).toEqual([]);
  });
});
