import type { Ansis } from "ansis";
import type { History } from "./web-client.ts";

/** A run or a rollback of a step, and the state of the saga meanwhile. */
export interface Rung {
  readonly state: string;
  readonly step: string;
  readonly action: string;
  readonly outcome: string;
  readonly attempts: number;
  readonly durationMs: number;
  readonly reason: string;
}

/** Reads the rungs from a saga's history: all attempts at one call make one rung. */
function rungsOf(history: History): readonly Rung[] {
  const rungs = new Map<string, Rung>();
  let enteredAt = history[0]?.at ?? 0;
  let state = history[0]?.data.state ?? "";
  for (const { step = "", at, data } of history) {
    const { action = "", outcome, reason = "" } = data;
    if (outcome !== undefined) {
      const call = `${step}/${action}`;
      const attempts = (rungs.get(call)?.attempts ?? 0) + 1;
      rungs.set(call, { state, step, action, outcome, attempts, durationMs: at - enteredAt, reason });
    }
    // A read has no state of its own: it begins when the step before it is done.
    if (data.state !== state || outcome === "done") enteredAt = at;
    state = data.state;
  }
  return [...rungs.values()];
}

/** Draws a saga: forward steps down, rollbacks up, and its end. */
export function drawLadder(history: History, end: string, paint: Ansis): string {
  const rungs = rungsOf(history);
  const first = history[0]?.at ?? 0;
  const last = history.at(-1);
  const finalState = last?.data.state ?? "";
  const isCompleted = finalState === "COMPLETED";
  const lines = rungs.map((rung) => drawRung(rung, paint));
  const mark = isCompleted ? paint.green("●") : paint.yellow("○");
  const total = `${(last?.at ?? first) - first} ms`;
  return [...lines, `   ${mark} ${paint.bold(finalState.padEnd(17))} ${end.padEnd(42)} ${total.padStart(8)}`, ""].join("\n");
}

function drawRung({ state, step, action, outcome, attempts, durationMs, reason }: Rung, paint: Ansis): string {
  const shown = action === "rollback" && outcome === "done" ? "undone" : outcome;
  const count = `${attempts} attempt${attempts === 1 ? "" : "s"}`;
  const columns = `${state.padEnd(17)} ${step.padEnd(15)} ${shown.padEnd(12)} ${count.padEnd(12)} ${`${durationMs} ms`.padStart(9)}`;
  const line = `   ${markOf(action, outcome, paint)} ${columns}`;
  return reason && outcome !== "done" ? `${line}\n     ${paint.dim(`└ ${reason}`)}` : line;
}

function markOf(action: string, outcome: string, paint: Ansis): string {
  if (outcome !== "done") return paint.red("✗");
  return action === "rollback" ? paint.yellow("↑") : paint.green("↓");
}
