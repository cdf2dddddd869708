import type { VNode } from "preact";
import type { Minute } from "../api/overview-reply.ts";
import { barsOf, type MinuteBar, sumsOf } from "../model/minute-bars.ts";
import { number, time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

const MINUTES = 60;
/** Where the line between up and down is, of a height of 100. */
const ZERO = 60;

/** What happened in each minute of the last hour: completed up, undone and in need of a human down, started as a line. The same is a list below. */
export function MinuteChart({ minutes, since }: { readonly minutes: readonly Minute[]; readonly since: string }): VNode {
  const texts = t.value.overview;
  const bars = barsOf(minutes);
  const sums = sumsOf(minutes);
  const busy = minutes.filter((minute) => Object.values(sumsOf([minute])).some((count) => count > 0)).toReversed();
  const before = MINUTES - bars.length;
  return (
    <section class="card" aria-labelledby="minutes">
      <h2 id="minutes">{texts.minutes}</h2>
      <p>
        {minutes.length < MINUTES && `${texts.since(time(since))}${t.value.colon} `}
        {texts.sums({
          started: number(sums.started),
          completed: number(sums.completed),
          cancelled: number(sums.cancelled),
          needsHuman: number(sums.needsHuman),
        })}
      </p>
      <svg class="minute-chart" viewBox={`0 0 ${MINUTES} 100`} preserveAspectRatio="none" aria-hidden="true">
        <line class="minute-zero" x1="0" x2={MINUTES} y1={ZERO} y2={ZERO} />
        {bars.map((bar, index) => (
          <Bar key={bar.at} bar={bar} x={before + index} />
        ))}
        <polyline
          class="minute-started"
          points={bars.map(({ started }, index) => stepOf(before + index, ZERO - started * ZERO)).join(" ")}
        />
      </svg>
      <p class="minute-legend small quiet">
        <span class="key tone-done">{texts.counted.completed}</span>
        <span class="key tone-undo">{texts.counted.cancelled}</span>
        <span class="key tone-bad">{texts.counted.needsHuman}</span>
        <span class="key key-line">{texts.counted.started}</span>
      </p>
      <details class="fold">
        <summary>{texts.sameAsTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.minute}</th>
              <th scope="col">{texts.counted.started}</th>
              <th scope="col">{texts.counted.completed}</th>
              <th scope="col">{texts.counted.cancelled}</th>
              <th scope="col">{texts.counted.needsHuman}</th>
            </tr>
          </thead>
          <tbody>
            {busy.map(({ at, started, completed, cancelled, needs_intervention: human }) => (
              <tr key={at}>
                <th scope="row">{time(at)}</th>
                <td>{number(started)}</td>
                <td>{number(completed)}</td>
                <td>{number(cancelled)}</td>
                <td>{number(human)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

/** A minute of the line is level: one alone is seen, too. */
function stepOf(x: number, y: number): string {
  return `${x},${y} ${x + 1},${y}`;
}

function Bar({ bar: { completed, cancelled, needsHuman }, x }: { readonly bar: MinuteBar; readonly x: number }): VNode {
  const down = 100 - ZERO;
  return (
    <>
      <rect class="tone-done" x={x + 0.1} width="0.8" y={ZERO - completed * ZERO} height={completed * ZERO} />
      <rect class="tone-undo" x={x + 0.1} width="0.8" y={ZERO} height={cancelled * down} />
      <rect class="tone-bad" x={x + 0.1} width="0.8" y={ZERO + cancelled * down} height={needsHuman * down} />
    </>
  );
}
