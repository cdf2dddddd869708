import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { expected } from "./testing/journals/3ffa819/expected.ts";
import { RecordedJournal } from "./testing/recorded-journal.ts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "testing", "journals", "3ffa819");
const SOON_MS = 1_000;
const A_YEAR_MS = 31_536_000_000;

let journal: RecordedJournal;

function open(name: string, afterMs = SOON_MS): RecordedJournal {
  journal = new RecordedJournal(join(folder, name), { afterMs });
  vi.stubGlobal("fetch", journal.participants.fetch);
  return journal;
}

beforeEach(() => {
  vi.stubGlobal("fetch", () => expect.unreachable("no participant stands here"));
});

afterEach(() => {
  journal.close();
  vi.unstubAllGlobals();
});

/** Completed: every step was applied once. Cancelled: every applied step was undone, except a payment declared a harmless orphan (rule 8). */
async function expectRightEnds(): Promise<void> {
  for (const { id, name } of journal.sagas) {
    const found = await journal.engine.get(id);
    const effects = journal.participants.effectsOf(id);
    const [ordered = 0, decreased = 0, paid = 0] = ["create-order", "decrease-stock", "create-payment"].map(
      (step) => effects[`${step}/run`],
    );
    const { "create-order/rollback": deleted = 0, "decrease-stock/rollback": increased = 0 } = effects;
    const hasOrphan = found?.saga.orphans.includes("create-payment") === true;
    // A DELETE may be repeated: the order is gone once (rule 6).
    const counts = [ordered, decreased, paid, increased, Math.min(deleted, 1)];
    if (found?.saga.phase.name === "completed") expect([name, ...counts]).toEqual([name, 1, 1, 1, 0, 0]);
    else expect([name, ...counts]).toEqual([name, ordered, decreased, hasOrphan ? paid : 0, decreased, ordered]);
    expect(Math.max(ordered, decreased, paid)).toBeLessThanOrEqual(1);
  }
}

describe.for(Object.entries(expected))("the journal %s of version 3ffa819", ([name, ends]) => {
  it("lists every saga in the state in which it was left", async () => {
    const { journal: index, sagas, engine } = open(name);
    const listed = await Promise.all(
      sagas.map(async ({ id, state, status }) => (await index.list({ state, limit: 100 })).includes(id) && status),
    );
    expect(listed).toEqual(sagas.map(({ status }) => status));
    for (const { id } of sagas) expect(await engine.history(id)).not.toEqual([]);
  });

  it("lets every open saga go on as the rules allow, with the requests that it sent before", async () => {
    await open(name).runToTheEnd();
    expect(await journal.account()).toEqual(ends);
    expect(journal.participants.changed).toEqual([]);
    expect(journal.defects).toEqual([]);
  });

  it("brings every saga to a right end once a person has resolved what needs one", async () => {
    await open(name).runToTheEnd();
    await journal.resolveAll();
    await expectRightEnds();
    expect(journal.defects).toEqual([]);
  });

  it("sends nothing a year later: every open saga needs a human, or had no effect", async () => {
    await open(name, A_YEAR_MS).runToTheEnd();
    expect(journal.participants.sent).toEqual([]);
    for (const { id, status } of journal.sagas) {
      const { name: phase } = await journal.phaseOf(id);
      const isUnchanged = status === "completed" || status === "cancelled" ? phase === status : phase === "needs-intervention";
      const hadNoEffect = phase === "cancelled" && Object.keys(journal.participants.effectsOf(id)).length === 0;
      expect([id, isUnchanged || hadNoEffect]).toEqual([id, true]);
    }
  });
});

describe("a journal of version 3ffa819", () => {
  it("keeps a paused definition paused", async () => {
    open("keyed-stopped");
    await journal.engine.resume();
    expect(await journal.engine.pauses()).toEqual([
      expect.objectContaining({ definition: "order", by: "carol", note: "stocktaking" }),
    ]);
    const input = { user_id: 1, items: [{ product_id: 3, quantity: 2 }] };
    await expect(journal.engine.start({ definition: "order", input })).rejects.toThrow(/paused/);
  });

  it.for(["keyed", "unkeyed"])("gives the same saga to a repeated Idempotency-Key: %s", async (name) => {
    open(name);
    await journal.engine.resume();
    const input = { user_id: 1, items: [{ product_id: 3, quantity: 2 }] };
    const { id } = await journal.engine.start({ definition: "order", input, idempotencyKey: "anonymous:order-1" });
    expect(journal.sagas.map((saga) => saga.id)).toContain(id);
  });

  it("passes on the trace that a saga started with", async () => {
    await open("keyed").runToTheEnd();
    const traced = journal.sagas.filter(({ name }) => name.startsWith("in doubt at its pivot, which is applied"));
    const { sent } = journal.participants;
    for (const { id } of traced)
      expect(sent.filter(({ key }) => key.startsWith(id))).toMatchObject([{ traceparent: /0af7651916cd/ }]);
    expect(traced).toHaveLength(1);
  });
});
