import type { VNode } from "preact";
import type { Saga, SagaEvent, SagaStep } from "../api/replies.ts";
import type { Attempt } from "../model/attempt.ts";
import type { Ladder, Line, Rung } from "../model/ladder.ts";
import { t } from "../texts/language.ts";
import { wordFor } from "../texts/word-for.ts";
import { Attempts, LastWords } from "./attempts.tsx";
import { MarkWord } from "./badge.tsx";
import { Age, Countdown } from "./countdown.tsx";
import { Glyph, Node } from "./glyph.tsx";

const DOWN = "28%";
const BACK = "72%";
const NODE_Y = 18;
/** The height of the double line above the pivot, which the rails cross. */
const PIVOT_LINE = 28;

function Rail({
  x,
  from,
  to,
  line,
  tone,
}: Readonly<Record<"x" | "from" | "to" | "tone", string>> & { readonly line: Line }): VNode | null {
  return line === "never" ? null : <line class={`rail rail-${line} rail-${tone}`} x1={x} x2={x} y1={from} y2={to} />;
}

function Rails({ rung }: { readonly rung: Rung }): VNode {
  const doubt = rung.turn === "may" && rung.run === "unknown" ? "doubt" : "";
  const y = rung.kind === "pivot" ? NODE_Y + PIVOT_LINE : NODE_Y;
  return (
    <div class="rails">
      <svg aria-hidden="true">
        <Rail x={DOWN} from="-1" to={`${y}`} line={rung.down.above} tone="down" />
        <Rail x={DOWN} from={`${y}`} to="100%" line={rung.down.below} tone={doubt || "down"} />
        <Rail x={BACK} from="-1" to={`${y}`} line={rung.back.above} tone={doubt || "back"} />
        <Rail x={BACK} from={`${y}`} to="100%" line={rung.back.below} tone="back" />
        {rung.turn !== "never" && (
          <line class={`rail rail-${rung.turn} rail-${doubt || "back"}`} x1={DOWN} x2={BACK} y1={y} y2={y} />
        )}
        <Node mark={rung.run} x={DOWN} y={y} />
        {rung.undoNode !== undefined && <Node mark={rung.undoNode} x={BACK} y={y} />}
      </svg>
    </div>
  );
}

/** The ends of both rails, and their heads. */
function EndRow({ at, ladder }: { readonly at: "head" | "foot"; readonly ladder: Ladder }): VNode {
  const isHead = at === "head";
  const down = isHead ? (ladder.rungs[0]?.down.above ?? "may") : ladder.completed;
  const ended = isHead ? ladder.cancelled : ladder.completed;
  const end = `end end-${ended}`;
  return (
    <div class="rails rails-end">
      <svg aria-hidden="true">
        <Rail x={DOWN} from={isHead ? "14" : "0"} to={isHead ? "100%" : "12"} line={down} tone="down" />
        {isHead && <Rail x={BACK} from="14" to="100%" line={ladder.cancelled} tone="back" />}
        {isHead && <circle class="end end-start" cx={DOWN} cy="14" r="4.5" />}
        <circle class={end} cx={isHead ? BACK : DOWN} cy={isHead ? "14" : "12"} r="6.5" />
        {ended === "happened" && <circle class="end end-core" cx={isHead ? BACK : DOWN} cy={isHead ? "14" : "12"} r="3" />}
      </svg>
    </div>
  );
}

interface Names {
  readonly completed: string;
  readonly cancelled: string;
}

export interface LadderViewProps {
  readonly ladder: Ladder;
  readonly saga: Saga;
  /** The events that the ladder shows. */
  readonly events: readonly SagaEvent[];
  /** Whether it shows an earlier instant: then nothing is counted down. */
  readonly isPast: boolean;
  readonly names: Names;
}

/** The two rails: down on the left, back on the right, the pivot as a double line between what can be undone and what cannot. */
export function LadderView({ ladder, saga, events, isPast, names }: LadderViewProps): VNode {
  return (
    <>
      <ol class="ladder">
        <li class="rung rung-end">
          <div class="rung-down quiet">{t.value.saga.started}</div>
          <EndRow at="head" ladder={ladder} />
          <div class={`rung-back mono ${ladder.cancelled === "happened" ? "tone-undo strong" : "quiet"}`}>{names.cancelled}</div>
        </li>
        {ladder.rungs.map((rung) => (
          <RungRow key={rung.step} rung={rung} step={stepNow(saga, rung, isPast)} events={events} />
        ))}
        <li class="rung rung-end">
          <div class={`rung-down mono ${ladder.completed === "happened" ? "tone-done strong" : "quiet"}`}>{names.completed}</div>
          <EndRow at="foot" ladder={ladder} />
          <div class="rung-back" />
        </li>
      </ol>
      <Legend />
      <details class="fold">
        <summary>{t.value.saga.sameAsList}</summary>
        <ul class="plain-ladder">
          {ladder.rungs.map((rung) => (
            <li key={rung.step}>{plainOf(rung)}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** What the saga itself says of a step; undefined where an earlier instant is shown. */
function stepNow({ steps }: Saga, { step }: Rung, isPast: boolean): SagaStep | undefined {
  return isPast ? undefined : steps.find((each) => each.step === step);
}

interface RungRowProps {
  readonly rung: Rung;
  readonly step: SagaStep | undefined;
  readonly events: readonly SagaEvent[];
}

function RungRow({ rung, step, events }: RungRowProps): VNode {
  const isPivot = rung.kind === "pivot";
  const texts = t.value.saga;
  const [runs, undos] = [runsOf(rung), rung.attempts.filter(({ isUndo }) => isUndo)];
  const next = step?.next_attempt_at;
  return (
    <li class={`rung ${isPivot ? "rung-pivot" : ""}`} data-step={rung.step}>
      {isPivot && (
        <div class="pivot-line">
          <span>{texts.pivot}</span>
          <span class="pivot-gap" />
          <span class="pivot-note">{texts.above}</span>
        </div>
      )}
      <div class="rung-down">
        <div class="rung-head">
          <strong class="mono">{rung.step}</strong> <MarkWord mark={rung.run} />
        </div>
        <div class="quiet small">{[rung.participant, wordFor(t.value.kinds, rung.kind)].filter(Boolean).join(" · ")}</div>
        <LastWords attempts={runs} participant={rung.participant} mark={rung.run} />
        <Attempts attempts={runs} most={step?.attempts_max} participant={rung.participant} events={events} />
        {step?.action !== "rollback" && <Doubt since={step?.in_doubt_since} />}
        {next !== undefined && rung.undo === undefined && (
          <div class="small">
            {texts.next} <Countdown until={next} />
          </div>
        )}
        {step?.waits?.until !== undefined && (
          <div class="small">
            {texts.until} <Countdown until={step.waits.until} />
          </div>
        )}
      </div>
      <Rails rung={rung} />
      <div class="rung-back">
        {rung.undoNode !== undefined && (
          <>
            <div class="rung-head">
              {rung.undoingState !== undefined && <strong class="mono">{rung.undoingState}</strong>}{" "}
              <MarkWord mark={rung.undoNode} isUndo />
            </div>
            <LastWords
              attempts={undos}
              participant={rung.participant}
              mark={rung.undo === "undone" ? "done" : (rung.undo ?? "")}
            />
            <Attempts attempts={undos} most={undefined} participant={rung.participant} events={events} />
            {step?.action === "rollback" && <Doubt since={step.in_doubt_since} />}
            {next !== undefined && rung.undo !== undefined && (
              <div class="small">
                {texts.next} <Countdown until={next} />
              </div>
            )}
          </>
        )}
        {rung.run === "unknown" && rung.turn === "may" && (
          <div class="small tone-doubt two-ways">
            <strong>{texts.twoWays}</strong>
            <br />↓ {texts.ifApplied}
            <br />↑ {texts.ifNotApplied}
          </div>
        )}
      </div>
    </li>
  );
}

function Doubt({ since }: { readonly since: string | undefined }): VNode | null {
  if (since === undefined) return null;
  return (
    <div class="small tone-doubt">
      {t.value.details.inDoubtSince} <Age since={since} />
    </div>
  );
}

function runsOf({ attempts }: Pick<Rung, "attempts">): readonly Attempt[] {
  return attempts.filter(({ isUndo }) => !isUndo);
}

function attemptsText(attempts: readonly Attempt[]): string {
  const count = attempts.reduce((sum, each) => sum + each.count, 0);
  return count === 0 ? "" : t.value.saga.attempts(count);
}

function plainOf({ step, run, undoNode, attempts, participant }: Rung): string {
  const { marks, undoMarks, saga } = t.value;
  const undo = undoNode === undefined ? [] : [wordFor(undoMarks, undoNode)];
  return [
    `${step}${t.value.colon} ${wordFor(marks, run)}`,
    participant,
    attemptsText(runsOf({ attempts })) || saga.noAttempt,
    ...undo,
  ]
    .filter(Boolean)
    .join(", ");
}

const shown = ["done", "pending", "unknown", "rejected", "unavailable"] as const;

function Legend(): VNode {
  const { saga, marks, undoMarks } = t.value;
  return (
    <ul class="legend small" aria-label={saga.legend}>
      {shown.map((mark) => (
        <li key={mark} class={`tone-${mark === "pending" ? "quiet" : ""}`}>
          <Glyph mark={mark} /> {marks[mark]}
        </li>
      ))}
      <li>
        <Glyph mark="undone" /> {undoMarks["undone"]}
      </li>
      <li>
        <svg width="24" height="8" aria-hidden="true">
          <line class="rail rail-happened" x1="0" x2="24" y1="4" y2="4" />
        </svg>{" "}
        {saga.happened}
      </li>
      <li>
        <svg width="24" height="8" aria-hidden="true">
          <line class="rail rail-may" x1="0" x2="24" y1="4" y2="4" />
        </svg>{" "}
        {saga.may}
      </li>
    </ul>
  );
}
