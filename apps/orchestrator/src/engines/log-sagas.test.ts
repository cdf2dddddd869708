import { configure, type LogRecord, reset } from "@logtape/logtape";
import { contractSteps, embeddedSubject } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logSagas } from "./log-sagas.ts";

const records: LogRecord[] = [];

beforeEach(async () => {
  records.length = 0;
  await configure({
    sinks: { memory: (record) => records.push(record) },
    loggers: [
      { category: ["orchestrator"], lowestLevel: "info", sinks: ["memory"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
});

afterEach(() => reset());

const lines = () => records.map(({ level, message }) => `${level}: ${message.join("")}`);
const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

describe("the log of sagas", () => {
  it("has one line for a saga that completes, with its trace and how long it took", async () => {
    const { engine, rest } = await embeddedSubject({ observers: [logSagas()] });
    const { id } = await engine.start({ definition: "scripted", input: {}, trace });
    await rest(id);
    expect(lines()).toEqual([`info: Saga ${id} is COMPLETED after 0 ms`]);
    expect(records[0]?.properties).toMatchObject({ sagaId: id, traceId: "0af7651916cd43dd8448eb211c80319c" });
  });

  it("says where a saga turns back and that it ended so, and nothing of what a participant wrote", async () => {
    const { start, rest } = await embeddedSubject({ observers: [logSagas()], faults: { "pay/run": ["rejected"] } });
    const id = await start();
    await rest(id);
    expect(lines()).toEqual([
      `info: Saga ${id} turns back at pay after 0 ms (rejected) and is in UNDOING_STOCK`,
      `info: Saga ${id} is CANCELLED after 0 ms, because of pay (rejected)`,
    ]);
    expect(JSON.stringify(records)).not.toContain("scripted: refused");
  });

  it("says that a saga needs a human, and what a person requested of it, without the note", async () => {
    const steps = contractSteps.map((step) => ({ ...step, keyed: false }));
    const faults = { "order/run": ["reply-lost" as const] };
    const { engine, start, rest } = await embeddedSubject({ observers: [logSagas()], steps, faults });
    const id = await start();
    await rest(id);
    await engine.resolve(id, { step: "order", applied: true, note: "a secret" });
    await rest(id);
    expect(lines().slice(0, 2)).toEqual([
      `warning: Saga ${id} needs a human in DOING_ORDER, step order: unknown-unkeyed`,
      `info: Saga ${id} in DOING_STOCK: resolved by a person`,
    ]);
    expect(JSON.stringify(records)).not.toContain("a secret");
  });
});
