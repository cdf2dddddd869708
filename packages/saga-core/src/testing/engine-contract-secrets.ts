import { foundMatches } from "../ports/match-query.ts";
import { SignalRefused } from "../ports/signals.ts";
import { redacted, redactedEvent } from "../transition/redacted.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { DEFINITION, type EngineSubject, type MakeEngine, refusalOf, untilFound } from "./engine-scene.ts";
import type { StepScript } from "./scripted-saga.ts";

const CARD = "4929123456781234";
const PIN = "canary-pin";
const secret: readonly string[] = ["card.number", "pin"];
const input = { card: { number: CARD, holder: "Ada" }, amount: 3 };

const steps: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "paid", kind: "lasting", wait: { waitMs: 360_000_000, onTimeout: "turn-back" } },
  { step: "ship", kind: "pivot" },
];

async function untilAtWait(subject: Pick<EngineSubject, "engine" | "until">, id: string): Promise<void> {
  await untilFound(subject, id, ({ saga }) => saga.steps.some(({ status }) => status === "waiting"));
}

/** All that an engine shows of a saga, as people see it. */
async function shownOf({ engine }: Pick<EngineSubject, "engine">, id: string): Promise<string> {
  const found = await engine.get(id);
  if (!found) throw new Error(`Saga ${id} is gone.`);
  const history = (await engine.history(id)) ?? [];
  const events = history.map(({ event, saga }) => redactedEvent({ saga, controller: found.controller }, event));
  const seen = history.map(({ saga }) => redacted({ saga, controller: found.controller }));
  return JSON.stringify([redacted(found), events, seen]);
}

function expectHidden(shown: string): void {
  for (const each of [CARD, PIN]) if (shown.includes(each)) throw new Error(`${each} is shown: ${shown}`);
}

/** What every engine must do with the members that a definition marks as secret. */
export const secretsCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "keeps what is secret for its handlers, and shows it to nobody, neither before nor after the saga's end",
    check: async (make) => {
      const subject = await make({ steps, secret });
      const { engine, rest } = subject;
      const { id } = await engine.start({ definition: DEFINITION, input });
      await untilAtWait(subject, id);
      expectHidden(await shownOf(subject, id));
      await engine.signal(id, "paid", { pin: PIN, note: `paid with ${CARD} and ${PIN}` });
      // Late: it is listed for people.
      await engine.signal(id, "paid", { pin: PIN, other: `${PIN}!` }).catch((error: unknown) => {
        if (!(error instanceof SignalRefused)) throw error;
      });
      const saga = await rest(id);
      expectSame([saga.secret, saga.input, saga.data["pin"]], [secret, input, PIN], "what is kept");
      const shown = await shownOf(subject, id);
      expectHidden(shown);
      for (const part of ['"holder":"Ada"', '"note":"paid with ••• and •••"', '"pin":"•••"'])
        if (!shown.includes(part)) throw new Error(`${part} is not shown: ${shown}`);
    },
  },
  {
    name: "finds no saga by what is secret, and finds it by the rest",
    check: async (make) => {
      const subject = await make({ steps, secret });
      const { id } = await subject.engine.start({ definition: DEFINITION, input });
      await untilAtWait(subject, id);
      const found = await subject.engine.get(id);
      if (!found) throw new Error(`Saga ${id} is gone.`);
      const texts = [CARD, CARD.slice(2, 9), "•••1", "Ada", "ada"];
      expectSame(
        texts.map((text) => foundMatches(found, { text })),
        [false, false, false, true, true],
        "what is found",
      );
    },
  },
  {
    name: "compares what is secret in the body of a repeated start, and does not tell it",
    check: async (make) => {
      const subject = await make({ steps, secret });
      const { engine } = subject;
      const start = async (number: string) =>
        await engine.start({ definition: DEFINITION, input: { card: { number } }, idempotencyKey: "k" });
      const { id, accepted } = await start(CARD);
      await accepted;
      expectSame((await start(CARD)).id, id, "the same start");
      const refused = await refusalOf(start(`${CARD}0`));
      expectSame([refused.refusal, refused.message.includes(CARD)], ["key-reused", false], "another start");
    },
  },
  {
    name: "does not record what is secret in a signal as the reason of its refusal",
    check: async (make) => {
      const subject = await make({ steps, secret });
      const { engine, rest } = subject;
      const { id } = await engine.start({ definition: DEFINITION, input });
      await untilAtWait(subject, id);
      await engine.signal(id, "paid", { no: `wrong pin ${PIN}`, pin: PIN });
      await rest(id);
      const events = ((await engine.history(id)) ?? []).map(({ event }) => event);
      const reasons = events.flatMap((event) =>
        event.type === "signalled" && event.outcome.outcome === "rejected" ? [event.outcome.reason] : [],
      );
      expectSame(reasons, ["wrong pin •••"], "the reason");
    },
  },
];
