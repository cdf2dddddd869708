import { contractSteps, embeddedSubject } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import type { ReasonView } from "./reason.ts";
import { withEvents } from "./reason-events.ts";
import { reasonMeanings } from "./reason-meanings.ts";
import { viewSaga } from "./saga-view.ts";

type Scene = Parameters<typeof embeddedSubject>[0];
type Subject = Awaited<ReturnType<typeof embeddedSubject>>;

async function reasonsNow({ engine }: Pick<Subject, "engine">, id: string, at = 0): Promise<readonly ReasonView[]> {
  const found = await engine.get(id);
  if (!found) throw new Error("There is no such saga.");
  const reasons = await withEvents(viewSaga(found, at).reasons, found.saga, engine);
  for (const { code, parameters } of reasons)
    expect(reasonMeanings[code].parameters).toEqual(expect.arrayContaining(Object.keys(parameters)));
  return reasons;
}

/** The reasons of a saga of the scene when it has come to rest, and the types of the events that they name. */
async function atRest(scene: Scene) {
  const subject = await embeddedSubject(scene);
  const id = await subject.start();
  await subject.rest(id);
  const reasons = await reasonsNow(subject, id);
  const history = (await subject.engine.history(id)) ?? [];
  const typeOf = (seq: number) => history.find((entry) => entry.seq === seq)?.event.type ?? "no such event";
  return { reasons, shown: reasons.map(({ code, events }) => [code, ...(events ?? []).map(typeOf)]) };
}

const unkeyed = contractSteps.map((step) => ({ ...step, keyed: false }));
const waiting = [
  { step: "order", kind: "compensatable" },
  { step: "paid", kind: "lasting", wait: { waitMs: 3_600_000, onTimeout: "turn-back" } },
  { step: "ship", kind: "pivot" },
] as const;

describe("the reasons of a saga", () => {
  it("say of a call in doubt what it was, at whom, and which event shows it", async () => {
    const { reasons, shown } = await atRest({ steps: unkeyed, faults: { "pay/run": ["reply-lost"] } });
    expect(reasons[0]).toMatchObject({
      code: "unknown-unkeyed",
      parameters: { step: "pay", action: "run", attempts: 1, seen: expect.any(String), participant: expect.any(String) },
    });
    expect(shown).toEqual([["unknown-unkeyed", "answered"]]);
  });

  it("say of a refused rollback that it was one, and how the saga had turned back before", async () => {
    const { reasons, shown } = await atRest({ faults: { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } });
    expect(reasons).toMatchObject([
      { code: "refused", parameters: { step: "stock", action: "rollback" } },
      { code: "turned-back", parameters: { step: "pay", cause: "rejected" } },
    ]);
    expect(shown).toEqual([
      ["refused", "answered"],
      ["turned-back", "answered", "closing-recorded"],
    ]);
    const [refusal, turn] = reasons;
    expect(Math.min(...(refusal?.events ?? []))).toBeGreaterThan(Math.max(...(turn?.events ?? [])));
  });

  it("name the others whose undoing was refused, too", async () => {
    const steps = contractSteps.map((step) => ({
      ...step,
      ...(step.kind === "compensatable" && { refusedRollback: "go-on" as const }),
    }));
    const faults = { "pay/run": ["rejected"], "order/rollback": ["rejected"], "stock/rollback": ["rejected"] } as const;
    const [refused] = (await atRest({ steps, faults })).reasons;
    expect(refused).toMatchObject({ code: "refused", parameters: { step: "stock", steps: ["order"] } });
  });

  it("say of an ended saga how it ended, why it turned back, and what it left", async () => {
    expect((await atRest({})).shown).toEqual([["completed", "answered"]]);
    const steps = contractSteps.map((step) => (step.step === "stock" ? { ...step, kind: "lasting" as const } : step));
    const { reasons, shown } = await atRest({ steps, faults: { "pay/run": ["rejected"] } });
    expect(reasons.at(-1)).toMatchObject({ code: "lasting", parameters: { steps: ["stock"] } });
    expect(shown).toEqual([
      ["cancelled", "answered"],
      ["turned-back", "answered", "closing-recorded"],
      ["lasting", "answered"],
    ]);
  });

  it("say which call is under way, and name no event, because it has none yet", async () => {
    const subject = await embeddedSubject({});
    const letGo = subject.world.hold("stock/run");
    const id = await subject.start();
    await subject.until(() => subject.world.arrived.includes("stock/run"));
    const [reason, ...others] = await reasonsNow(subject, id);
    letGo();
    expect(others).toEqual([]);
    expect(reason).toMatchObject({ code: "under-way", parameters: { step: "stock", action: "run", attempts: 1 }, events: [] });
  });

  it("say of undoing in doubt that it is repeated where that has no second effect, and since when the doubt lasts", async () => {
    const steps = unkeyed.map((step) => (step.step === "order" ? { ...step, rollbackIsRepeatable: true } : step));
    const lost = Array.from({ length: 9 }, () => "reply-lost" as const);
    const subject = await embeddedSubject({ steps, faults: { "stock/run": ["rejected"], "order/rollback": lost } });
    const id = await subject.start();
    const undos = () => subject.world.calls.filter((call) => call === "order/rollback").length;
    const doubtedSince = async () => {
      const found = await subject.engine.get(id);
      return found && viewSaga(found, 0).steps[0]?.in_doubt_since;
    };
    while (undos() < 1) await subject.pass(1);
    const since = await doubtedSince();
    while (undos() < 3) await subject.pass(1);
    expect(await reasonsNow(subject, id)).toMatchObject([
      { code: "repeated-harmlessly", parameters: { step: "order", action: "rollback", attempts: 3 } },
      { code: "asks-later" },
      { code: "turned-back" },
    ]);
    expect([since, await doubtedSince()]).toEqual([expect.any(String), since]);
  });

  it("say what a saga waits for, since when and until when, with the event that brought it there", async () => {
    const subject = await embeddedSubject({ steps: waiting });
    const id = await subject.start();
    const isThere = async () => (await subject.engine.get(id))?.saga.steps[1]?.status === "waiting";
    while (!(await isThere())) await subject.pass(1);
    const { saga } = (await subject.engine.get(id)) ?? {};
    const since = saga?.steps[1]?.waitingSince ?? 0;
    expect(await reasonsNow(subject, id)).toEqual([
      {
        code: "waiting-for-signal",
        parameters: {
          step: "paid",
          since: new Date(since).toISOString(),
          until: new Date(since + 3_600_000).toISOString(),
          on_timeout: "turn-back",
        },
        events: [2],
      },
    ]);
  });

  it("count the signals that came too late, with the event of each", async () => {
    const subject = await embeddedSubject({ steps: waiting });
    const id = await subject.start();
    const signal = (paid: number) => subject.engine.signal(id, "paid", { paid });
    await signal(1);
    await subject.rest(id);
    await signal(2).catch(() => undefined);
    await signal(3).catch(() => undefined);
    const late = (await reasonsNow(subject, id)).find(({ code }) => code === "late-signals");
    const history = (await subject.engine.history(id)) ?? [];
    expect(late).toMatchObject({ parameters: { count: 2 }, events: history.slice(-2).map(({ seq }) => seq) });
    await subject.engine.acknowledge(id);
    await signal(4).catch(() => undefined);
    const again = (await reasonsNow(subject, id)).find(({ code }) => code === "late-signals");
    const last = (await subject.engine.history(id))?.at(-1)?.seq;
    expect(again).toMatchObject({ parameters: { count: 1 }, events: [last] });
    await subject.engine.acknowledge(id);
    expect((await reasonsNow(subject, id)).map(({ code }) => code)).toEqual(["completed"]);
  });

  it("name no event while the journal cannot be read, and any other error is not hidden", async () => {
    const { JournalError } = await import("saga-core");
    const { reasons } = await atRest({ faults: { "pay/run": ["rejected"] } });
    const bare = reasons.map(({ events: _none, ...reason }) => reason);
    const failing = (error: Error) => ({ history: () => Promise.reject(error) });
    expect(await withEvents(bare, { id: "1", seq: 3 }, failing(new JournalError("no disk")))).toEqual(bare);
    await expect(withEvents(bare, { id: "1", seq: 3 }, failing(new TypeError("a defect")))).rejects.toThrow("a defect");
  });

  it("name no event that is newer than the saga that is shown", async () => {
    const subject = await embeddedSubject({ faults: { "pay/run": ["rejected"] } });
    const id = await subject.start();
    await subject.rest(id);
    const turned = { code: "turned-back", parameters: { step: "pay", cause: "rejected" } } as const;
    const [whole] = await withEvents([turned], { id, seq: 99 }, subject.engine);
    const [first = 0] = whole?.events ?? [];
    expect((await withEvents([turned], { id, seq: first }, subject.engine))[0]?.events).toEqual([first]);
  });
});
