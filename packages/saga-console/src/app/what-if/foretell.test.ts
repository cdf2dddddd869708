import { ScriptedController, ScriptedWorld, type StepScript, sampleDefinitions, waitingDefinitions } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { foretell } from "./foretell.ts";
import type { Foretold } from "./foretold.ts";
import { gridOf } from "./grid.ts";
import { playForReal, type Seen, type Subject, tell } from "./testing/play-for-real.ts";
import { NotTold, ToldController } from "./told-controller.ts";
import type { ToldDefinition } from "./told-definition.ts";
import type { Mishap } from "./trouble.ts";

const endless: StepScript = { step: "wait", kind: "lasting", wait: {} };
const until: StepScript = { step: "sleep", kind: "lasting", wait: { isTimer: true, waitUntil: "at" } };

function scripted(...steps: readonly StepScript[]): Subject {
  return { definition: new ScriptedController(steps, new ScriptedWorld()), policy: { giveUpMs: 600_000 } };
}

const subjects: ReadonlyMap<string, Subject> = new Map<string, Subject>([
  ...sampleDefinitions,
  ...waitingDefinitions,
  ["waiting without end", scripted({ step: "pay", kind: "compensatable" }, endless, { step: "ship", kind: "pivot" })],
]);

const tolds = await tell([...subjects.values()]);
const cases = [...subjects].map(([name, subject], index) => ({ name, subject, told: tolds[index] }));

async function toldOf(...steps: readonly StepScript[]): Promise<ToldDefinition> {
  const [told] = await tell([scripted(...steps)]);
  if (!told) throw new Error("it is not told");
  return told;
}

function seenOf({ ending, state, calls, durationMs, isCancelRefused, client }: Foretold): Seen {
  return { ending, state, calls, durationMs, isCancelRefused, client };
}

describe("what is foretold of every mishap", () => {
  it.each(cases)("is what the real engine does with the definition: $name", async ({ subject, told }) => {
    const cells = (told ? gridOf(told, "as-told") : []).flatMap((row) => row.filter(({ foretold }) => foretold));
    const named = (seen: Seen | undefined, { step, trouble }: Mishap) => [`${step} ${trouble}`, seen];
    const foretold = cells.map((cell) => named(cell.foretold && seenOf(cell.foretold), cell));
    const real = cells.map(async (cell) => named(await playForReal(subject, cell), cell));
    expect(cells.length).toBeGreaterThan(0);
    expect(Object.fromEntries(foretold)).toEqual(Object.fromEntries(await Promise.all(real)));
  });

  it("is every ending, between these definitions", () => {
    const endings = new Set(tolds.flatMap((told) => gridOf(told, "as-told").flat()).map(({ foretold }) => foretold?.ending));
    expect(endings).toEqual(new Set(["completed", "cancelled", "needs_intervention", "waiting", undefined]));
  });
});

describe("what is foretold", () => {
  it("ends alike, and after the same time, if attempts are left out", async () => {
    const controller = new ToldController(await toldOf({ step: "pay", kind: "pivot" }, { step: "mail", kind: "retriable" }));
    for (const mishap of [
      { step: "pay", trouble: "silent" },
      { step: "mail", trouble: "unreachable" },
    ] as const) {
      const [all, few] = [foretell(controller, mishap), foretell(controller, mishap, { attemptsMax: 3 })];
      expect([all.isShortened, few.isShortened]).toEqual([false, true]);
      expect([few.ending, few.state, few.why]).toEqual([all.ending, all.state, all.why]);
      expect(all.ending).toBe("needs_intervention");
    }
  });

  it("waits until an instant of the data, which comes", async () => {
    const [[, , , , , cancelled] = [], [refused] = []] = gridOf(await toldOf(until, { step: "ship", kind: "pivot" }), "as-told");
    expect(cancelled?.foretold?.ending).toBe("cancelled");
    expect(refused?.foretold).toMatchObject({ ending: "cancelled", durationMs: 3_600_000 });
  });

  it("changes with the keys that are supposed", async () => {
    const told = await toldOf({ step: "pay", kind: "pivot", keyed: false });
    const endings = (["as-told", "kept", "not-kept"] as const).map((keys) => gridOf(told, keys)[0]?.[2]?.foretold?.ending);
    expect(endings).toEqual(["needs_intervention", "completed", "needs_intervention"]);
  });

  it("is nothing if the API tells another definition than this page can make", async () => {
    const told = await toldOf({ step: "pay", kind: "pivot" });
    expect(() => new ToldController({ ...told, transitions: told.transitions.slice(1) })).toThrow(NotTold);
    const [pay] = told.steps;
    if (!pay) throw new Error("it has a step");
    expect(() => new ToldController({ ...told, steps: [{ ...pay, events: undefined }] })).toThrow(/"done" of "pay" is not told/);
  });
});
