import type { VNode } from "preact";
import type { Saga } from "../api/replies.ts";
import { ageMark } from "../model/age-mark.ts";
import { markOfPhase, type PhaseCount } from "../model/phases.ts";
import { duration, number } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { Glyph, toneOf } from "./glyph.tsx";
import { paths } from "./paths.ts";
import { useNow } from "./ticking.ts";

interface TroubleRowsProps {
  readonly counts: readonly PhaseCount[];
  /** Some sagas of each phase, for the marks of their ages. */
  readonly sagasOf: ReadonlyMap<string, readonly Saga[]>;
}

/** How many sagas are at what, the worst first. Each row is a link to those sagas, the oldest first. */
export function TroubleRows({ counts, sagasOf }: TroubleRowsProps): VNode {
  return (
    <ul class="troubles">
      {counts.map((count) => (
        <TroubleRow key={count.phase} count={count} sagas={sagasOf.get(count.phase) ?? []} />
      ))}
    </ul>
  );
}

function TroubleRow({
  count: { phase, count, oldestSince },
  sagas,
}: {
  readonly count: PhaseCount;
  readonly sagas: readonly Saga[];
}): VNode {
  const texts = t.value.overview;
  const now = useNow();
  const mark = markOfPhase(phase);
  const since = new Map(sagas.map((saga) => [saga.saga_id, sinceOf(saga)]));
  if (count > 0 && oldestSince !== undefined) since.set("", oldestSince);
  return (
    <li>
      <a class={count === 0 ? "trouble trouble-none" : "trouble"} href={paths.list(`phase=${phase}&order=oldest`)}>
        <span class="trouble-name">
          <Glyph mark={mark} /> {t.value.phases[phase] ?? phase}
        </span>
        <span class="trouble-count">{number(count)}</span>
        <span class="trouble-age quiet small">
          {oldestSince === undefined ? (count === 0 ? texts.none : "") : texts.oldest(duration(now - oldestSince))}
        </span>
        <svg class={`age-strip tone-${toneOf(mark)}`} aria-hidden="true">
          {[...since].map(([id, at]) => (
            <line key={id} x1={ageMark(now - at)} x2={ageMark(now - at)} y1="4" y2="20" />
          ))}
        </svg>
      </a>
    </li>
  );
}

/** Since when a saga is at what it is at, in epoch milliseconds. */
export function sinceOf({ phase_since: since, updated_at: changed }: Saga): number {
  return Date.parse(since ?? changed);
}
