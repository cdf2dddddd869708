import { type Controller, type Saga, type SagaEvent, stateOf } from "saga-core";
import { advance, callTimeoutOf, choiceOf, handlerOf, isAtRest, startOf } from "saga-core/engine";
import { clientAnswerOf } from "./client-answer.ts";
import { endingOf, type Foretold } from "./foretold.ts";
import { type ForetoldCall, inRows } from "./foretold-call.ts";
import { NextEvent } from "./next-event.ts";
import { Participants } from "./participants.ts";
import type { Mishap } from "./trouble.ts";
import { whyEnds } from "./why-ends.ts";

export interface ForetellOptions {
  /** The attempts at the step of the mishap after which further ones are left out: they would end alike until the saga gives up. Default: 1,000. */
  readonly attemptsMax?: number;
  /** From 0 up to 1, for how much of each backoff is waited. Default: a half. */
  readonly random?: number;
}

/** No instant of today: what follows depends on none. */
const STARTED_AT = Date.UTC(2026, 0, 1);
/** An instant until which a step waits, which the data of a saga would have. */
const WAITS_FOR_MS = 3_600_000;
/** More events than any definition can have in a saga whose repetitions are limited: past it something is wrong here. */
const EVENTS_MAX = 100_000;

/**
 * Plays a saga in which one thing goes wrong, and all else goes right. The same function decides as in the orchestrator; nothing is sent.
 *
 * @throws TypeError if the definition has no such step.
 */
export function foretell(controller: Controller, mishap: Mishap, options: ForetellOptions = {}): Foretold {
  const { attemptsMax = 1_000, random = 0.5 } = options;
  const participants = new Participants(mishap, callTimeoutOf(handlerOf(controller, mishap.step)));
  const next = new NextEvent({ controller, mishap, participants, attemptsMax, random });
  const events: SagaEvent[] = [];
  const calls: Omit<ForetoldCall, "count">[] = [];
  let isCancelRefused = false;
  let saga: Saga | undefined;
  let event: SagaEvent | undefined = startOf(controller, {
    id: "what-if",
    at: STARTED_AT,
    input: waitsIn(controller),
    idempotencyKey: undefined,
    trace: undefined,
  });
  while (event && events.length < EVENTS_MAX) {
    if (event.type === "answered") calls.push({ step: event.step, action: event.action, outcome: event.outcome.outcome });
    const { saga: made, records, commands } = advance(controller, saga, event);
    saga = made;
    events.push(...records.map((record) => record.event));
    if (isAtRest(saga)) break;
    next.take(commands, event.at);
    event = next.after(saga, event.at);
    if (event?.type !== "cancel-requested" || choiceOf(controller, saga, event).allowed) continue;
    isCancelRefused = true;
    event = next.after(saga, event.at);
  }
  if (!saga) throw new TypeError("a saga that started is there");
  const played = { saga, calls: inRows(calls), isCancelRefused };
  return {
    ...played,
    ending: endingOf(saga),
    state: stateOf(controller, saga),
    why: whyEnds(controller, mishap, played),
    client: clientAnswerOf(saga),
    events,
    durationMs: (events.at(-1)?.at ?? STARTED_AT) - STARTED_AT,
    isShortened: next.isShortened,
  };
}

/** The instants that its waits go by are members of the data, which nobody gives here. */
function waitsIn({ handlers }: Controller): Record<string, number> {
  const members = handlers.flatMap((handler) => (handler.how === "wait" && handler.waitUntil ? [handler.waitUntil] : []));
  return Object.fromEntries(members.map((member) => [member, STARTED_AT + WAITS_FOR_MS]));
}
