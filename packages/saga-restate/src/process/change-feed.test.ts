import type { FoundSaga, SagaEvent } from "saga-core";
import { fold, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
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
    read: async (id) => {
      const events = written.get(id);
      return events && { found: foundAfter(events), events };
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
