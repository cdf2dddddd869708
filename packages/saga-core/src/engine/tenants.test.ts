import { describe, expect, it } from "vitest";
import type { Schema } from "../definition/schema.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";

const tenant: Schema<string | undefined> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => (typeof value === "string" ? { value } : { issues: [{ message: "must be a text" }] }),
  },
};
const steps: readonly StepScript[] = [{ step: "paid", kind: "pivot", wait: { correlation: "ref" } }];
const yes = { paid: 1 };

async function atWait() {
  const parts = setUp({ steps, context: { tenant } });
  const { id } = await parts.engine.start({ definition: "scripted", input: { ref: "A-1" }, context: { tenant: "acme" } });
  await settleMicrotasks();
  await parts.journal.durable();
  return { ...parts, id };
}

describe("a saga of a tenant", () => {
  it.for([true, false])(
    "does not exist for another one where its version is not registered either: resumed %s",
    async (isResumed) => {
      const { id, clock, journal } = await atWait();
      const next = new ScriptedController(steps, new ScriptedWorld(), {}, { version: 2, context: { tenant } });
      const engine = engineOn({ controller: next, journal: journal.crash(), clock }, { onDefect: () => undefined });
      if (isResumed) await engine.resume();
      await settleMicrotasks();
      await expect(engine.signal(id, "paid", yes, { tenant: "globex" })).rejects.toMatchObject({ refusal: "not-found" });
      await expect(engine.signal(id, "paid", yes, { tenant: "acme" })).rejects.toMatchObject({ name: "UnreadableSaga" });
    },
  );

  it("has its tenant again after a crash", async () => {
    const { id, clock, journal, controller } = await atWait();
    const engine = engineOn({ controller, journal: journal.crash(), clock });
    await expect(engine.signal(id, "paid", yes)).rejects.toMatchObject({ refusal: "not-found" });
    await expect(engine.signalBy("scripted", "paid", "A-1", yes, { tenant: "acme" })).resolves.toMatchObject({ signal: "taken" });
  });
});
