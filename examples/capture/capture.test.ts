import { rejected, unavailable, unknown } from "saga-core";
import { drawCounterexample, explore, given, explorationPolicy as policy } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { runWithEachFault } from "../testing/run-with-faults.ts";
import { captureExample, captureScenario } from "./scenario.ts";

const sale = () => given(captureScenario.definition, captureScenario);

describe("a sale", () => {
  it("takes the money once the item is packed, and then ships it", async () => {
    const calls = ["authorize/run", "pack/run", "capture/run", "ship/run"];
    await sale().expect({ state: "COMPLETED", calls });
  });

  it("voids the authorization when the item is sold out", async () => {
    await sale()
      .when("pack", rejected("sold out"))
      .expect({ state: "CANCELLED", rolledBack: ["authorize"], standing: [] });
  });

  it("does not void an authorization whose capture is in doubt: it asks again under the same key, and goes on", async () => {
    const calls = ["authorize/run", "pack/run", "capture/run", "capture/run", "ship/run"];
    await sale().when("capture", unknown("no answer")).expect({ state: "COMPLETED", calls });
  });

  it("is captured at the fiftieth attempt too, because the money is held", async () => {
    const away = Array.from({ length: 49 }, () => unavailable("away"));
    await sale()
      .when("capture", ...away)
      .expect({ state: "COMPLETED" });
  });

  it("ends right in every run with one fault", async () => {
    const { counterexample, isWhole } = await explore({ ...captureScenario, policy }, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it("leaves all or nothing at its services, whichever call is refused or loses its reply", async () => {
    const all = ["bank/authorizations/1 capture", "warehouse/parcels/2 ship"];
    expect(await runWithEachFault(captureExample)).toEqual({ all, wrong: [], needHuman: ["ship/run: refused"] });
  });
});
