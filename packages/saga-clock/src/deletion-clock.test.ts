import { describe, expect, it } from "vitest";
import { type ClockDoubt, DeletionClock, type RecordedTimes } from "./deletion-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Monday, noon. */
const NOON = Date.UTC(2026, 10, 30, 12);
const TODAY = Date.UTC(2026, 10, 30);

interface Set {
  /** The times in the records. Default: one each minute of the last 50 days. */
  readonly records?: readonly number[];
  /** How far the wall clock is wrong at the start, in milliseconds. */
  readonly wrongByMs?: number;
  readonly acceptedDay?: number;
}

const steadily = Array.from({ length: 50 * 24 }, (_, hours) => NOON - hours * HOUR_MS - MINUTE_MS);

/** A machine at noon, whose time a test moves, and a process that starts on it. */
function machine({ records = steadily, wrongByMs = 0, acceptedDay }: Set = {}) {
  const time = { wall: NOON + wrongByMs, monotonic: 7_000 };
  const recorded = (instant: number): RecordedTimes => ({
    before: records.filter((at) => at < instant).toSorted((one, other) => other - one)[0],
    since: records.filter((at) => at >= instant).toSorted((one, other) => one - other)[0],
  });
  const doubts: ClockDoubt[] = [];
  const source = { wall: () => time.wall, monotonic: () => time.monotonic };
  const clock = new DeletionClock({ recorded, acceptedDay, source, onDoubt: (doubt) => doubts.push(doubt) });
  /** Time passes, with a look every ten minutes. Returns the minutes after which something may be deleted; undefined if it never may. */
  const pass = (ms: number): number | undefined => {
    let first: number | undefined;
    for (let passedMs = 0; passedMs <= ms; passedMs += 10 * MINUTE_MS) {
      const now = clock.now();
      if (now !== undefined) expect(now).toBe(time.wall);
      if (now !== undefined) first ??= passedMs / MINUTE_MS;
      if (passedMs === ms) break;
      time.wall += 10 * MINUTE_MS;
      time.monotonic += 10 * MINUTE_MS;
    }
    return first;
  };
  const jump = (ms: number) => {
    time.wall += ms;
  };
  return { clock, time, doubts, pass, jump };
}

describe("the clock for deletions", () => {
  it("is not believed for an hour after a start, and then is, without a doubt", () => {
    const { pass, doubts } = machine();
    expect([pass(2 * HOUR_MS), doubts]).toEqual([60, []]);
  });

  it("is believed after an hour where there is no record, or only young ones", () => {
    expect(machine({ records: [] }).pass(2 * HOUR_MS)).toBe(60);
    expect(machine({ records: [NOON - HOUR_MS] }).pass(2 * HOUR_MS)).toBe(60);
  });

  it("is not believed until a day has passed when it starts 40 days ahead of the records, and says so once", () => {
    const { pass, doubts } = machine({ wrongByMs: 40 * DAY_MS });
    expect(pass(2 * DAY_MS)).toBe(24 * 60);
    expect(doubts).toEqual([{ now: NOON + 40 * DAY_MS, expected: NOON - MINUTE_MS, until: NOON + 41 * DAY_MS }]);
  });

  it("counts the day anew after a restart, though the process before has recorded by the same wrong clock", () => {
    const wrongByMs = 40 * DAY_MS;
    const records = [...steadily, NOON + wrongByMs - 5 * HOUR_MS, NOON + wrongByMs - MINUTE_MS];
    const { pass, doubts } = machine({ records, wrongByMs });
    expect([pass(2 * DAY_MS), doubts.length]).toEqual([24 * 60, 1]);
  });

  it("is believed after an hour when records show that a day has passed since a quiet weekend", () => {
    const sunday = steadily.filter((at) => at < NOON - 3 * DAY_MS || at > NOON - DAY_MS - 3 * HOUR_MS);
    expect(machine({ records: sunday }).pass(2 * HOUR_MS)).toBe(60);
    const monday = steadily.filter((at) => at < NOON - 3 * DAY_MS || at > NOON - 3 * HOUR_MS);
    expect(machine({ records: monday }).pass(2 * HOUR_MS)).toBeUndefined();
  });

  it("is believed after an hour where a person accepts the day that it shows, the day before or the day after", () => {
    for (const days of [-1, 0, 1]) {
      const wrongByMs = 40 * DAY_MS;
      const { pass, doubts } = machine({ wrongByMs, acceptedDay: TODAY + wrongByMs + days * DAY_MS });
      expect([pass(2 * HOUR_MS), doubts]).toEqual([60, []]);
    }
  });

  it("is not believed because of a day that was accepted once, and is over", () => {
    for (const days of [-2, 2]) {
      const wrongByMs = 40 * DAY_MS;
      const { pass, doubts } = machine({ wrongByMs, acceptedDay: TODAY + wrongByMs + days * DAY_MS });
      expect([pass(2 * HOUR_MS), doubts.length]).toEqual([undefined, 1]);
    }
  });

  it.for([10 * MINUTE_MS, -10 * MINUTE_MS, 6_000, -40 * DAY_MS, 23 * HOUR_MS])(
    "is not believed for an hour after a jump of %d ms, without a doubt",
    (ms) => {
      const { pass, jump, doubts } = machine();
      pass(2 * HOUR_MS);
      jump(ms);
      expect([pass(2 * HOUR_MS), doubts]).toEqual([60, []]);
    },
  );

  it("is believed while it is set right in small steps", () => {
    const { pass, jump } = machine();
    pass(2 * HOUR_MS);
    for (let steps = 0; steps < 100; steps += 1) {
      jump(300);
      expect(pass(10 * MINUTE_MS)).toBe(0);
    }
  });

  it("is not believed for a day after a jump of more than a day, as when the machine slept over the weekend", () => {
    const { pass, jump, time, doubts } = machine();
    pass(2 * HOUR_MS);
    jump(3 * DAY_MS);
    const { wall } = time;
    expect(pass(2 * DAY_MS)).toBe(24 * 60);
    expect(doubts).toEqual([{ now: wall, expected: wall - 3 * DAY_MS, until: wall + DAY_MS }]);
  });

  it("is not believed for a day after several jumps that are more than a day together", () => {
    const { pass, jump, doubts } = machine();
    pass(2 * HOUR_MS);
    jump(20 * HOUR_MS);
    expect(pass(30 * MINUTE_MS)).toBeUndefined();
    jump(20 * HOUR_MS);
    expect([pass(2 * DAY_MS), doubts.length]).toEqual([24 * 60, 1]);
  });

  it("is believed an hour after each of two jumps between which it was believed", () => {
    const { pass, jump, doubts } = machine();
    for (let jumps = 0; jumps < 2; jumps += 1) {
      jump(20 * HOUR_MS);
      expect([pass(2 * HOUR_MS), doubts]).toEqual([60, []]);
    }
  });

  it("is believed an hour after it was put right", () => {
    const { pass, jump } = machine({ wrongByMs: 40 * DAY_MS });
    expect(pass(2 * HOUR_MS)).toBeUndefined();
    jump(-40 * DAY_MS);
    expect(pass(2 * HOUR_MS)).toBe(60);
  });

  it("counts the day anew after a jump", () => {
    const { pass, jump, doubts } = machine({ wrongByMs: 40 * DAY_MS });
    pass(20 * HOUR_MS);
    jump(HOUR_MS);
    expect([pass(2 * DAY_MS), doubts.length]).toEqual([24 * 60, 2]);
  });

  it("is not believed while the records cannot be read, and the next look asks them again", () => {
    let isReadable = false;
    const time = { wall: NOON + 40 * DAY_MS, monotonic: 0 };
    const recorded = () => {
      if (!isReadable) throw new TypeError("unreadable");
      return { before: NOON, since: undefined };
    };
    const source = { wall: () => time.wall, monotonic: () => time.monotonic };
    const clock = new DeletionClock({ recorded, source });
    time.wall += 2 * HOUR_MS;
    time.monotonic += 2 * HOUR_MS;
    expect(() => clock.now()).toThrow("unreadable");
    isReadable = true;
    expect(clock.now()).toBeUndefined();
  });
});
