import type { VNode } from "preact";
import type { SagaEvent } from "../api/replies.ts";
import { duration, time } from "../texts/format.ts";
import { t } from "../texts/language.ts";
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
  return (
    <section class="card" aria-labelledby="history">
      <header class="card-head">
        <h2 id="history">{texts.history}</h2>
        <span class="quiet small">{texts.events(events.length)}</span>
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
        </div>
      )}
      <ol class="events">
        {events.map((event, at) => (
          <EventRow key={event.seq} event={event} before={events[at - 1]} isShown={at === index} onShow={() => show(at)} />
        ))}
      </ol>
    </section>
  );
}

function stateOf(event: SagaEvent | undefined): string {
  const state = event?.data["state"];
  return typeof state === "string" ? state : "";
}

interface EventRowProps {
  readonly event: SagaEvent;
  readonly before: SagaEvent | undefined;
  readonly isShown: boolean;
  readonly onShow: () => void;
}

function EventRow({ event, before, isShown, onShow }: EventRowProps): VNode {
  const { seq, at } = event;
  const idle = before ? Date.parse(at) - Date.parse(before.at) : 0;
  return (
    <li id={`event-${seq}`} class={isShown ? "event event-shown" : "event"} aria-current={isShown ? "step" : undefined}>
      {idle >= IDLE_MS && <p class="idle quiet small">{t.value.saga.folded(duration(idle))}</p>}
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

function EventText({ event: { type, step, data } }: { readonly event: SagaEvent }): VNode {
  const word = t.value.events[type] ?? type;
  const text = (name: string) => (typeof data[name] === "string" ? data[name] : "");
  const people = [text("by"), text("note")].filter((each) => each !== "").join(": ");
  const isAnswer = type === "answered";
  const isUndo = text("action") === "rollback";
  const mark = isUndo && text("outcome") === "done" ? "undone" : text("outcome");
  const attempt = typeof data["attempt"] === "number" ? t.value.saga.attemptNumber(data["attempt"]) : "";
  const failures = type === "compacted" && typeof data["failures"] === "number" ? `${data["failures"]} ` : "";
  return (
    <>
      {step !== undefined && <strong class="mono">{step} </strong>}
      {isUndo && <span class="quiet">{t.value.saga.back} </span>}
      {mark !== "" && <MarkWord mark={mark} isUndo={isUndo} />}
      {!isAnswer && (
        <span class={t.value.events[type] === undefined ? "mono" : ""}>
          {" "}
          {failures}
          {word}
        </span>
      )}
      {type === "resolved" && (
        <strong> {data["applied"] === true ? t.value.desk.choices["applied"] : t.value.desk.choices["not-applied"]}.</strong>
      )}
      {isAnswer && mark !== "done" && mark !== "undone" && attempt !== "" && <span class="quiet small"> {attempt}</span>}
      {text("reason") !== "" && <blockquote class="quoted mono">{text("reason")}</blockquote>}
      {people !== "" && <blockquote class="quoted">{people}</blockquote>}
    </>
  );
}
