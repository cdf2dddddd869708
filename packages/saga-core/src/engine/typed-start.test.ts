import { describe, expect, expectTypeOf, it } from "vitest";
import { chain } from "../definition/chain.ts";
import { Controller } from "../definition/controller.ts";
import { done, rejected } from "../definition/outcome.ts";
import { defaultPolicy } from "../definition/policy.ts";
import type { Schema } from "../definition/schema.ts";
import { step } from "../definition/step.ts";
import { OtherVersion } from "../ports/typed-starts.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";

interface Trip {
  readonly nights: number;
}
interface Receipt {
  readonly receipt: number;
}

function schemaOf<Name extends string>(name: Name): Schema<{ readonly [name in Name]: number }> {
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => {
        const number: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
        // biome-ignore lint/nursery/noUnsafeTypeAssertion: TypeScript does not see that a computed name is the one of the type.
        if (typeof number === "number") return { value: { [name]: number } as { readonly [name in Name]: number } };
        return { issues: [{ message: "must be a number", path: [name] }] };
      },
    },
  };
}

const words = { state: "CHARGING", done: "Charged", failed: "Declined" } as const;
const charge = step({
  kind: "pivot",
  step: "charge",
  words,
  participant: { name: "bank", keyed: true },
  gives: schemaOf("receipt"),
  run: async ({ nights }: Trip) => (nights > 9 ? rejected("too long") : done({ receipt: nights * 80 })),
});
const tripChain = chain(schemaOf("nights")).step(charge);

class TripController extends Controller<typeof tripChain> {
  constructor(version = 1) {
    super({ name: "trip", version, chain: tripChain, policy: defaultPolicy });
  }
}

function setUp(controllers: readonly TripController[], journal = new MemoryJournal()) {
  let ids = 0;
  const onDefect = (error: unknown) => {
    throw error;
  };
  const newId = () => {
    ids += 1;
    return `trip-${ids}`;
  };
  const ports = { journal, clock: new SimulatedClock(), random: () => 0.5, newId, sagasInFlightMax: 9, onDefect };
  return new EmbeddedEngine({ controllers, ...ports });
}

describe("a saga that is started from code", () => {
  it("has the types of its definition: its input, and its data at the end", async () => {
    const trip = new TripController();
    const engine = setUp([trip]);
    const { id, untilRest } = await engine.start(trip, { nights: 2 });
    const end = await untilRest();
    if (end.status !== "completed") throw new Error(end.status);
    expectTypeOf(end.data).toEqualTypeOf<Trip & Receipt>();
    expect([id, end.data, end.saga.id]).toEqual(["trip-1", { nights: 2, receipt: 160 }, "trip-1"]);
    // @ts-expect-error an input of another type
    await expect(engine.start(trip, { nights: "two" })).rejects.toMatchObject({ refusal: "invalid-input" });
  });

  it("has its status where it was not completed", async () => {
    const trip = new TripController();
    const { untilRest } = await setUp([trip]).start(trip, { nights: 10 });
    const end = await untilRest();
    expect(end).toMatchObject({ status: "cancelled", saga: { phase: { turn: { reason: "too long" } } } });
    expect(end).not.toHaveProperty("data");
  });

  it("is started once for each key, also by a controller that is another object", async () => {
    const engine = setUp([new TripController()]);
    const first = await engine.start(new TripController(), { nights: 2 }, { idempotencyKey: "ada:1" });
    const second = await engine.start(new TripController(), { nights: 2 }, { idempotencyKey: "ada:1" });
    expect(second.id).toBe(first.id);
  });

  it("is refused where its version is not the newest one, or is not there", async () => {
    const [old, current] = [new TripController(1), new TripController(2)];
    const refused = setUp([old, current]).start(old, { nights: 2 });
    await expect(refused).rejects.toMatchObject({ refusal: "unknown-definition" });
    await expect(refused).rejects.toThrow('Version 1 of the definition "trip" starts no saga: its newest version here is 2.');
    await expect(setUp([]).start(current, { nights: 2 })).rejects.toThrow("it is not among the controllers of this engine");
  });

  it("that an earlier start with its key made under another version is not read with the types of this one", async () => {
    const journal = new MemoryJournal();
    const before = await setUp([new TripController(1)], journal).start(
      new TripController(1),
      { nights: 2 },
      { idempotencyKey: "ada:1" },
    );
    await before.untilRest();
    const upgraded = setUp([new TripController(1), new TripController(2)], journal);
    const again = await upgraded.start(new TripController(2), { nights: 2 }, { idempotencyKey: "ada:1" });
    expect(again.id).toBe(before.id);
    await expect(again.untilRest()).rejects.toThrow(OtherVersion);
    await expect(again.untilRest()).rejects.toMatchObject({ saga: { id: before.id, version: 1 } });
  });
});
