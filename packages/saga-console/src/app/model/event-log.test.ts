import { describe, expect, it } from "vitest";
import type { SagaEvent } from "../api/replies.ts";
import { EventLog } from "./event-log.ts";
import { eventsOf } from "./samples.ts";

const history = eventsOf(...Array.from({ length: 6 }, () => ({ type: "answered", data: {} })));

const eventsTo = (last: number): readonly SagaEvent[] => history.slice(0, last);

function noteAll(log: EventLog, events: readonly SagaEvent[]): void {
  for (const event of events) log.note(event);
}

const numbersOf = (log: EventLog) => log.events.value?.map(({ seq }) => seq);

describe("the events of a saga", () => {
  it("shows nothing before its history is read, and loses none that was streamed before", () => {
    const log = new EventLog();
    noteAll(log, eventsTo(4));
    expect(numbersOf(log)).toBeUndefined();
    log.take(eventsTo(2));
    expect([numbersOf(log), log.hasGap]).toEqual([[1, 2, 3, 4], false]);
  });

  it("loses none that was streamed while its history was read again", () => {
    const log = new EventLog();
    log.take(eventsTo(2));
    noteAll(log, eventsTo(5).slice(2));
    // It was asked for before the last of them was written.
    log.take(eventsTo(3));
    expect([numbersOf(log), log.hasGap]).toEqual([[1, 2, 3, 4, 5], false]);
  });

  it("keeps the later one of two reads that overtake each other", () => {
    const log = new EventLog();
    log.take(eventsTo(5));
    log.take(eventsTo(3));
    expect(numbersOf(log)).toEqual([1, 2, 3, 4, 5]);
  });

  it("takes each once where a stream begins at the start", () => {
    const log = new EventLog();
    log.take(eventsTo(3));
    noteAll(log, [...eventsTo(4), ...eventsTo(4)]);
    expect(numbersOf(log)).toEqual([1, 2, 3, 4]);
  });

  it("knows that one is missing, until its history is read again", () => {
    const log = new EventLog();
    log.take(eventsTo(2));
    noteAll(log, eventsTo(6).slice(4));
    expect([numbersOf(log), log.hasGap]).toEqual([[1, 2, 5, 6], true]);
    log.take(eventsTo(6));
    expect([numbersOf(log), log.hasGap]).toEqual([[1, 2, 3, 4, 5, 6], false]);
  });

  it("has its history read again where one event stands for several, and takes the gap before it for none then", () => {
    const log = new EventLog();
    log.take(eventsTo(2));
    const compacted = eventsTo(6)
      .slice(5)
      .map((event) => ({ ...event, type: "compacted" }));
    noteAll(log, [...eventsTo(4).slice(2), ...compacted]);
    expect(log.hasGap).toBe(true);
    log.take([...eventsTo(2), ...compacted]);
    expect([numbersOf(log), log.hasGap]).toEqual([[1, 2, 6], false]);
  });

  it("has its history read again also where that one event comes right after the last read one, which it may replace", () => {
    const log = new EventLog();
    log.take(eventsTo(5));
    noteAll(
      log,
      eventsTo(6)
        .slice(5)
        .map((event) => ({ ...event, type: "compacted" })),
    );
    expect(log.hasGap).toBe(true);
  });
});
