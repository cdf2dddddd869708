import type { VNode } from "preact";
import type { SagaEvent } from "../api/replies.ts";
import { textOf } from "../model/attempt.ts";
import { type HistoryLine, historyLines } from "../model/history-lines.ts";
import { duration, time } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { wordFor } from "../texts/word-for.ts";
import { MarkWord } from "./badge.tsx";

const IDLE_MS = 10_000;

export interface HistoryProps {
  readonly events: readonly SagaEvent[];
  /** The event after which the page shows the saga; undefined: now. */
  readonly shown: number | undefined;
  readonly onShow: (seq: number | undefined) => void;
}

/** The events as a list, with a slider that moves the page to the state after one. */
export function History({ events, shown, onShow }: HistoryProps): VNode {
  const texts = t.value.saga;
  const last = events.length - 1;
  const found = shown === undefined ? last : events.findIndex(({ seq }) => seq === shown);
  const index = found < 0 ? last : found;
  const seq = events[index]?.seq ?? 0;
  const show = (to: number) => onShow(to >= last ? undefined : events[to]?.seq);
  const showSeq = (wanted: number) => show(events.findIndex((event) => event.seq === wanted));
  const caused = events[index];
  return (
    <section class="card" aria-labelledby="history">
      <header class="card-head">
        <h2 id="history">{texts.history}</h2>
        <span class="quiet small">{texts.events(events.at(-1)?.seq ?? 0, events.length)}</span>
      </header>
      {last > 0 && (
        <div class="slider">
          <label for="slider">
            {texts.after(seq, events[last]?.seq ?? 0)}: <span class="mono">{stateOf(events[index])}</span>
          </label>
          <input
            id="slider"
            type="range"
            min={0}
            max={last}
            value={index}
            aria-label={texts.slider}
            aria-valuetext={texts.after(seq, events[last]?.seq ?? 0)}
            onInput={({ currentTarget }) => show(Number(currentTarget.value))}
          />
          {caused && (
            <div class="cause small">
              <span class="quiet">{t.value.details.cause}</span> <EventText event={caused} />
            </div>
          )}
        </div>
      )}
      <ol class="events">
        {historyLines(events).map((line) => (
          <Line key={line.event.seq} line={line} shown={events[index]?.seq} onShow={showSeq} />
        ))}
      </ol>
    </section>
  );
}

interface LineProps {
  readonly line: HistoryLine;
  /** The event that is shown, which is now the last one if no other was chosen. */
  readonly shown: number | undefined;
  readonly onShow: (seq: number) => void;
}

function Line({ line: { event, events, answers, idleMs }, shown, onShow }: LineProps): VNode {
  const row = (each: SagaEvent, idle: number) => (
    <EventRow key={each.seq} event={each} idleMs={idle} isShown={each.seq === shown} onShow={() => onShow(each.seq)} />
  );
  const [first] = events;
  if (events.length === 1 || !first) return row(event, idleMs);
  const isOpen = events.some(({ seq }) => seq === shown);
  const span = Date.parse(event.at) - Date.parse(first.at);
  return (
    <li class="event-run">
      {idleMs >= IDLE_MS && <Idle ms={idleMs} />}
      <details open={isOpen}>
        <summary>
          <strong class="mono">{event.step}</strong> <MarkWord mark={textOf(event.data["outcome"])} />{" "}
          {t.value.details.sameCall(answers, duration(span))}
        </summary>
        <ol>{events.map((each) => row(each, 0))}</ol>
      </details>
    </li>
  );
}

function Idle({ ms }: { readonly ms: number }): VNode {
  return <p class="idle quiet small">{t.value.saga.folded(duration(ms))}</p>;
}

function stateOf(event: SagaEvent | undefined): string {
  const state = event?.data["state"];
  return typeof state === "string" ? state : "";
}

interface EventRowProps {
  readonly event: SagaEvent;
  readonly idleMs: number;
  readonly isShown: boolean;
  readonly onShow: () => void;
}

function EventRow({ event, idleMs, isShown, onShow }: EventRowProps): VNode {
  const { seq, at } = event;
  return (
    <li id={`event-${seq}`} class={isShown ? "event event-shown" : "event"} aria-current={isShown ? "step" : undefined}>
      {idleMs >= IDLE_MS && <Idle ms={idleMs} />}
      <button type="button" class="event-seq mono" onClick={onShow} aria-label={t.value.saga.asOfEvent(seq)}>
        {seq}
      </button>
      <time class="mono small" dateTime={at}>
        {time(at, { withMs: true })}
      </time>
      <div class="event-text">
        <EventText event={event} />
      </div>
    </li>
  );
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function EventText({ event }: { readonly event: SagaEvent }): VNode {
  const { step, data } = event;
  const { reason, by, note } = data;
  const people = [by, note].filter(isText).join(": ");
  return (
    <>
      {step !== undefined && <strong class="mono">{step} </strong>}
      {event.type === "answered" ? <AnswerText data={data} /> : <OtherText event={event} />}
      {isText(reason) && <blockquote class="quoted mono">{reason}</blockquote>}
      {people !== "" && <blockquote class="quoted">{people}</blockquote>}
    </>
  );
}

function AnswerText({ data }: Pick<SagaEvent, "data">): VNode {
  const { action, outcome, attempt } = data;
  const isUndo = action === "rollback";
  const isDone = outcome === "done";
  const mark = isUndo && isDone ? "undone" : String(outcome);
  return (
    <>
      {isUndo && <span class="quiet">{t.value.saga.back} </span>}
      <MarkWord mark={mark} isUndo={isUndo} />
      {!isDone && typeof attempt === "number" && <span class="quiet small"> {t.value.saga.attemptNumber(attempt)}</span>}
    </>
  );
}

/** An event that this console does not know is named by its own word. */
function OtherText({ event: { type, data } }: { readonly event: SagaEvent }): VNode {
  const { failures, outcome, applied } = data;
  const word = wordFor(t.value.events, type);
  const { choices } = t.value.desk;
  return (
    <>
      {isText(outcome) && <MarkWord mark={outcome} />}
      {typeof failures === "number" && `${failures} `}
      <span class={word === type ? "mono" : ""}>{word}</span>
      {type === "resolved" && <strong>: {applied === true ? choices["applied"] : choices["not-applied"]}</strong>}
    </>
  );
}
