import type { VNode } from "preact";
import { marksOf } from "saga-console/app/model/picture.ts";
import { StatusBadge } from "saga-console/app/parts/badge.tsx";
import { Glyph, toneOf } from "saga-console/app/parts/glyph.tsx";
import { paths } from "saga-console/app/parts/paths.ts";
import type { OrderState } from "../../api/index.ts";
import { texts } from "../texts/language.ts";
import { CONSOLE_WINDOW } from "./lab-frame.tsx";

/** The newest orders: how far each came here, and how it was answered by hand. */
export function Recent({ orders }: { readonly orders: readonly OrderState[] }): VNode {
  const { recent } = texts.value;
  return (
    <section class="card" aria-labelledby="recent">
      <h2 id="recent">{recent.title}</h2>
      {orders.length === 0 && <p class="quiet">{recent.none}</p>}
      <ol class="recent">
        {orders.map((order) => (
          <li key={order.number}>
            {order.saga_id === null ? (
              recent.order(order.number)
            ) : (
              <a href={paths.saga(order.saga_id)} target={CONSOLE_WINDOW}>
                {recent.order(order.number)}
              </a>
            )}
            <span class="mini" aria-hidden="true">
              {order.steps.map(({ step, status }) => {
                const { run, undo } = marksOf({ step, status, attempts: 0 });
                const mark = undo ?? run;
                return (
                  <span key={step} class={`tone-${toneOf(mark)}`}>
                    <Glyph mark={mark} />
                  </span>
                );
              })}
            </span>
            {order.status !== null && <StatusBadge status={order.status} />}
            <span class="small quiet">{recent.byHand(recent.ends[order.by_hand])}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
