import type { Minute } from "../api/overview-reply.ts";

/** The bars of a minute, as shares of the height above or below the line. */
export interface MinuteBar {
  readonly at: string;
  readonly completed: number;
  readonly cancelled: number;
  readonly needsHuman: number;
  readonly started: number;
}

/** What all minutes have together. */
export interface MinuteSums {
  readonly started: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly needsHuman: number;
}

/** How high each bar is. One scale holds for all of them: bars of one height are as many sagas. */
export function barsOf(minutes: readonly Minute[]): readonly MinuteBar[] {
  const largest = Math.max(
    1,
    ...minutes.map(({ started, completed, cancelled, needs_intervention: human }) => {
      return Math.max(started, completed, cancelled + human);
    }),
  );
  return minutes.map(({ at, started, completed, cancelled, needs_intervention: human }) => ({
    at,
    started: started / largest,
    completed: completed / largest,
    cancelled: cancelled / largest,
    needsHuman: human / largest,
  }));
}

export function sumsOf(minutes: readonly Minute[]): MinuteSums {
  const sum = (name: "started" | "completed" | "cancelled" | "needs_intervention") =>
    minutes.reduce((total, each) => total + each[name], 0);
  return {
    started: sum("started"),
    completed: sum("completed"),
    cancelled: sum("cancelled"),
    needsHuman: sum("needs_intervention"),
  };
}
