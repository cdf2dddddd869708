import type { Counterexample } from "./explore.ts";
import type { HistoryEntry } from "./happening.ts";

/** The run as a ladder. */
export function drawCounterexample({ violation, faults, history, scaled }: Counterexample): string {
  const times = scaled.length > 0 ? `with ${scaled.join("; ")}\n` : "";
  return `${violation} (after ${faults} ${faults === 1 ? "fault" : "faults"})\n${times}${drawLadder(history)}`;
}

/** What happened, one line each, and the state after it. Faults and requests are marked. */
export function drawLadder(history: readonly HistoryEntry[]): string {
  const width = Math.max(...history.map(({ state }) => state.length), 0);
  return history.map(({ what, state, isFault }) => `   ${isFault ? "✗" : "↓"} ${state.padEnd(width)}  ${what}\n`).join("");
}

/** The run as a test to paste: it is red for as long as the run ends wrong. */
export function writeTest({ violation, choices, history }: Counterexample, scenario: string): string {
  const faults = history.filter(({ isFault }) => isFault).map(({ what }) => `  // ${what}`);
  return [
    `it(${JSON.stringify(`does not end so: ${violation}`)}, async () => {`,
    ...faults,
    `  const { monitor } = await replay(${scenario}, ${JSON.stringify(choices)});`,
    "  expect(monitor.violations).toEqual([]);",
    "});",
    "",
  ].join("\n");
}
