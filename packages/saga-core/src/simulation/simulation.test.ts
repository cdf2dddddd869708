import { describe, expect, it } from "vitest";
import { rejected } from "../definition/outcome.ts";
import { ScriptedController } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { Simulation } from "./simulation.ts";

const definition = new ScriptedController(
  [
    { step: "order", kind: "compensatable" },
    { step: "pay", kind: "pivot" },
  ],
  new ScriptedWorld(),
);

const answers = new Map([["order/run", [rejected("sold out")]]]);

async function happen(simulation: Simulation, name: string): Promise<void> {
  const happening = simulation.happenings().find((each) => each.name === name);
  if (!happening) throw new Error(`${name} cannot happen; this can: ${simulation.happenings().map((each) => each.name)}`);
  await simulation.happen(happening);
}

describe("listing the possible next events of a simulation", () => {
  it("changes nothing: it gives the same list and state again", async () => {
    const simulation = new Simulation({ definition, input: {}, answers });
    await simulation.start();
    await happen(simulation, "the journal is on the disk");
    const [list, state] = [simulation.happenings().map(({ name }) => name), simulation.snapshot];
    expect(simulation.happenings().map(({ name }) => name)).toEqual(list);
    expect(simulation.snapshot).toBe(state);
  });

  it("keeps a scripted answer for its attempt if another event happens first", async () => {
    const simulation = new Simulation({ definition, input: {}, answers });
    await simulation.start();
    await happen(simulation, "the journal is on the disk");
    expect(simulation.happenings()[0]?.name).toBe("order/run is to be answered rejected");
    await happen(simulation, "order/run: the request is lost");
    for (let [usual] = simulation.happenings(); usual; [usual] = simulation.happenings()) await simulation.happen(usual);
    expect(simulation.history.map(({ what }) => what)).toContain("order/run is to be answered rejected");
  });
});
