import { type FoundSaga, type SagaEvent, unknown } from "saga-core";
import { fold, readHistory, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { EventList } from "../objects/event-list.ts";
import { timings } from "../timings.ts";
import { ChangeFeed } from "./change-feed.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());

function historyOf(id: string, at: number): readonly SagaEvent[] {
  return [
    startOf(controller, { id, at, input: {}, idempotencyKey: undefined, trace: undefined }),
    { type: "parked", at },
    { type: "resumed", at },
  ];
}

/** The start, and attempts at the first step that fail at once. */
function failuresOf(id: string, at: number, attempts: number): readonly SagaEvent[] {
  const action = { step: "order", action: "run" } as const;
  const failed = Array.from({ length: attempts }, (_, index): SagaEvent => {
    return { type: "answered", at, ...action, attempt: index + 1, outcome: unknown("lost"), random: 0 };
  });
  return [...historyOf(id, at).slice(0, 1), ...failed];
}

function foundAfter(events: readonly SagaEvent[]): FoundSaga {
  const saga = fold(controller, events);
  if (!saga) throw new TypeError("These are no events.");
  return { saga, controller };
}

/** The written sagas of all processes; a test writes them. */
function setUp() {
  const clock = new SimulatedClock();
  const written = new Map<string, readonly SagaEvent[]>();
  const defects: unknown[] = [];
  const emitted: string[] = [];
  const looks: number[] = [];
  const restate: { failure: Error | undefined } = { failure: undefined };
  const feed = new ChangeFeed({
    index: {
      changedSince: async (instant) => {
        looks.push(instant);
        if (restate.failure) throw restate.failure;
        return [...written.keys()];
      },
    },
    clock,
    history: async (id, { after, limit }) => {
      const events = written.get(id);
      if (!events) return undefined;
      const entries = readHistory(controller, id, events).entries.filter(({ seq }) => seq > after);
      return { found: foundAfter(events), entries: entries.slice(0, limit) };
    },
    onDefect: (error) => defects.push(error),
  });
  const listen = () => feed.subscribe(({ saga }, { type }) => emitted.push(`${saga.id} ${type}`));
  const emit = (events: readonly SagaEvent[]) => {
    for (const [index, event] of events.entries()) feed.emit(foundAfter(events.slice(0, index + 1)), event);
  };
  const look = async () => {
    clock.advanceBy(timings.changeLookMs);
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { clock, written, defects, emitted, looks, restate, feed, listen, emit, look };
}

describe("the change feed", () => {
  it("emits the events of a saga in this process at once, and not again when it is replayed or looked at", async () => {
    const { written, emitted, listen, emit, look, clock } = setUp();
    listen();
    const events = historyOf("own", clock.now());
    emit(events.slice(0, 2));
    emit(events.slice(0, 2));
    expect(emitted).toEqual(["own started", "own parked"]);
    written.set("own", events);
    await look();
    expect(emitted).toEqual(["own started", "own parked", "own resumed"]);
  });

  it("finds the events of sagas in other processes by looking, each once", async () => {
    const { written, emitted, listen, look, clock } = setUp();
    listen();
    const events = historyOf("other", clock.now());
    written.set("other", events.slice(0, 1));
    await look();
    expect(emitted).toEqual(["other started"]);
    written.set("other", events);
    await look();
    await look();
    expect(emitted).toEqual(["other started", "other parked", "other resumed"]);
  });

  it("does not emit what happened long before the subscription", async () => {
    const { written, emitted, listen, look, clock } = setUp();
    written.set("old", historyOf("old", clock.now()));
    clock.advanceBy(2 * timings.changeMarginMs);
    listen();
    await look();
    expect(emitted).toEqual([]);
  });

  it("emits all events of a long history, each with the saga that it made", async () => {
    const { feed, written, emitted, listen, look, clock } = setUp();
    listen();
    const seqs: number[] = [];
    feed.subscribe(({ saga }) => seqs.push(saga.seq));
    const [started, ...rest] = historyOf("long", clock.now());
    written.set("long", started ? [started, ...Array.from({ length: 130 }, () => rest).flat()] : []);
    await look();
    expect(emitted).toHaveLength(261);
    expect(seqs).toEqual(Array.from({ length: 261 }, (_, index) => index + 1));
  });

  it("emits what stands for several events once, after a gap in the numbers", async () => {
    const { written, emitted, listen, look, clock } = setUp();
    listen();
    const events = failuresOf("sick", clock.now(), 20);
    written.set("sick", events.slice(0, 5));
    await look();
    const list = new EventList(2);
    for (const entry of readHistory(controller, "sick", events).entries) list.add(entry);
    written.set("sick", list.events);
    await look();
    await look();
    expect(emitted.slice(5)).toEqual(["sick compacted"]);
  });

  it("emits what is written only after minutes, of a saga that fails again and again, from where it was", async () => {
    const { written, emitted, listen, look, clock } = setUp();
    listen();
    const events = historyOf("other", clock.now());
    written.set("other", events.slice(0, 1));
    await look();
    written.delete("other");
    await look();
    clock.advanceBy(timings.repeatUnwrittenMsMax - timings.changeLookMs);
    await look();
    written.set("other", events);
    await look();
    expect(emitted).toEqual(["other started", "other parked", "other resumed"]);
  });

  it("looks back by a margin, for records that were late", async () => {
    const { listen, look, looks, clock } = setUp();
    listen();
    const subscribedAt = clock.now();
    await look();
    await look();
    expect(looks).toEqual([subscribedAt, subscribedAt + timings.changeLookMs].map((at) => at - timings.changeMarginMs));
  });

  it("looks only while somebody subscribes", async () => {
    const { listen, look, looks, clock, emit, emitted } = setUp();
    const [one, other] = [listen(), listen()];
    one();
    one();
    await look();
    expect(looks).toHaveLength(1);
    other();
    await look();
    expect(looks).toHaveLength(1);
    expect(clock.waiting).toBe(0);
    emit(historyOf("own", clock.now()));
    expect(emitted).toEqual([]);
  });

  it("looks again after a look failed, and reports the failure", async () => {
    const { listen, look, restate, defects, looks } = setUp();
    listen();
    restate.failure = new Error("Restate is gone.");
    await look();
    restate.failure = undefined;
    await look();
    expect(defects).toEqual([new Error("Restate is gone.")]);
    expect(looks).toHaveLength(2);
  });

  it("reports a listener that throws, and calls the others all the same", () => {
    const { feed, listen, emit, emitted, defects, clock } = setUp();
    feed.subscribe(() => {
      throw new Error("It is broken.");
    });
    listen();
    emit(historyOf("own", clock.now()).slice(0, 1));
    expect(emitted).toEqual(["own started"]);
    expect(defects).toEqual([new Error("It is broken.")]);
  });

  it("emits nothing after its stop", async () => {
    const { feed, listen, emit, emitted, clock } = setUp();
    listen();
    feed.stop();
    emit(historyOf("own", clock.now()));
    expect(emitted).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
