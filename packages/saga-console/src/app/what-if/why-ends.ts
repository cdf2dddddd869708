import type { Controller, Saga } from "saga-core";
import { handlerOf, lastingOf } from "saga-core/engine";
import type { ForetoldCall } from "./foretold-call.ts";
import type { Mishap } from "./trouble.ts";

/** Why a played saga ends as it does, as codes: the page says them in its language. */
export type WhyEnds =
  | { readonly code: "cancel-refused" }
  /** Done at a later attempt: under its key, after a look, or because it only reads. */
  | { readonly code: "repeated" | "looked-up" | "read-again"; readonly step: string }
  | { readonly code: "went-on"; readonly step: string }
  | { readonly code: "asks"; readonly step: string; readonly reason: string }
  | { readonly code: "turned"; readonly step: string; readonly cause: string }
  | { readonly code: "orphans" | "remains"; readonly steps: readonly string[] }
  | { readonly code: "waits"; readonly step: string };

export interface PlayedSaga {
  readonly saga: Saga;
  readonly calls: readonly ForetoldCall[];
  readonly isCancelRefused: boolean;
}

/** The reasons, the weightiest first. None: nothing that went wrong shows in the end. */
export function whyEnds(controller: Controller, mishap: Mishap, played: PlayedSaga): readonly WhyEnds[] {
  const { saga, isCancelRefused } = played;
  const refused: readonly WhyEnds[] = isCancelRefused ? [{ code: "cancel-refused" }] : [];
  const { phase, orphans } = saga;
  switch (phase.name) {
    case "completed":
      return [...refused, ...whyCompleted(controller, mishap, played)];
    case "cancelled": {
      const { step, cause } = phase.turn;
      const lasting = lastingOf(controller, saga).map((effect) => effect.step);
      return [{ code: "turned", step, cause }, ...left("orphans", orphans), ...left("remains", lasting)];
    }
    case "needs-intervention":
      return [...refused, { code: "asks", step: phase.step, reason: phase.reason }];
    case "forward":
    case "settling":
    case "undoing":
      return [...refused, { code: "waits", step: mishap.step }];
  }
}

function whyCompleted(controller: Controller, { step, trouble }: Mishap, { calls }: PlayedSaga): readonly WhyEnds[] {
  const { how, kind } = handlerOf(controller, step);
  if (how === "wait") return trouble === "silent" ? [{ code: "went-on", step }] : [];
  const hasFailed = calls.some(
    ({ outcome, step: called }) => called === step && (outcome === "unknown" || outcome === "unavailable"),
  );
  if (!hasFailed) return [];
  if (kind === "read") return [{ code: "read-again", step }];
  return [{ code: calls.some(({ action }) => action === "probe") ? "looked-up" : "repeated", step }];
}

function left(code: "orphans" | "remains", steps: readonly string[]): readonly WhyEnds[] {
  return steps.length === 0 ? [] : [{ code, steps }];
}
