import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { done, rejected, unavailable, unknown } from "saga-core";
import { drawCounterexample, explorationPolicy, explore, given, sampleAttempt } from "saga-core/testing";
import { fakeTheatre, serveLocally } from "./participant.ts";
import { holdSeats, sellSeats, theatreAt } from "./saga.ts";
import { scenario } from "./scenario.ts";

const sale = () => given(scenario.definition, scenario);

describe("the saga", () => {
  it("sells the seats that it holds", async () => {
    await sale().expect({ state: "COMPLETED", calls: ["hold-seats/run", "sell-seats/run"] });
  });

  it("ends at once when no seats are left", async () => {
    await sale().when("hold-seats", rejected("sold out")).expect({ state: "CANCELLED", rolledBack: [], standing: [] });
  });

  it("releases the seats when the sale is refused", async () => {
    await sale()
      .when("sell-seats", rejected("declined"))
      .expect({ state: "CANCELLED", rolledBack: ["hold-seats"], standing: [] });
  });

  it("asks again when the answer is in doubt, or the theatre is away", async () => {
    await sale().when("sell-seats", unknown("no answer"), unavailable("away")).expect({ state: "COMPLETED" });
  });

  it("ends right in every run with one fault", async () => {
    const { counterexample } = await explore({ ...scenario, policy: explorationPolicy }, { faults: 1 });
    assert.equal(counterexample && drawCounterexample(counterexample), undefined);
  });
});

describe("the handlers", () => {
  it("say what the theatre answers", async () => {
    const { url, close } = await serveLocally(fakeTheatre());
    const theatre = theatreAt(url);
    const [hold, sell] = [holdSeats(theatre), sellSeats(theatre)];
    // Each call has a key of its own: the theatre answers a repeated one with its first answer.
    const attempt = (key: string) => sampleAttempt({ key });
    const held = { customer: "Ada", hold_id: 1, seats: 2 };
    assert.deepEqual(await hold.run({ customer: "Ada", seats: 2 }, attempt("1")), done({ hold_id: 1 }));
    assert.equal((await hold.run({ customer: "Ada", seats: 11 }, attempt("2"))).outcome, "rejected");
    assert.equal((await sell.run({ ...held, customer: "nobody" }, attempt("3"))).outcome, "rejected");
    assert.equal((await sell.run(held, attempt("4"))).outcome, "done");
    const turn = { cause: "rejected", step: "sell-seats", reason: "declined" } as const;
    assert.equal((await hold.rollback({ hold_id: 1 }, { ...attempt("5"), turn })).outcome, "done");
    await theatre.close();
    close();
  });
});
