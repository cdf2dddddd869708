import type { VNode } from "preact";
import { paths } from "saga-console/app/parts/paths.ts";
import type { WorldState } from "../../api/index.ts";
import { type Verdict, verdictOf } from "../model/verdict.ts";
import { texts } from "../texts/language.ts";
import { CONSOLE_WINDOW } from "./lab-frame.tsx";

const SHOWN_MAX = 8;

interface LedgerProps {
  readonly name: string;
  readonly id: string;
  readonly world: WorldState;
  readonly sent: number;
  readonly isByHand: boolean;
}

/** Orders, stock and payments of one orchestrator, and whether they add up. */
export function Ledger({ name, id, world, sent, isByHand }: LedgerProps): VNode {
  const { ledger } = texts.value;
  const { sums, ends, differences } = world;
  const verdict = verdictOf(world, sent);
  const most = Math.max(1, sent, sums.orders, sums.stock, sums.payments);
  const common = Math.min(sums.orders, sums.stock, sums.payments);
  return (
    <section class="card ledger" aria-labelledby={id} data-verdict={verdict}>
      <h2 id={id}>{name}</h2>
      <table>
        <tbody>
          {(["orders", "stock", "payments"] as const).map((part) => (
            <tr key={part} data-part={part}>
              <th scope="row">{ledger[part]}</th>
              <td class="bar">
                <Bar value={sums[part]} common={common} most={most} />
              </td>
              <td class="amount">
                {sums[part]}
                {verdict === "differs" && sums[part] > common && <span class="tone-bad"> +{sums[part] - common}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="small quiet">{isByHand ? ledger.endsByHand(sent, ends) : ledger.ends(sent, ends)}</p>
      <p class={`verdict verdict-${toneOf(verdict)}`} role="status">
        <strong>{ledger.verdicts[verdict]}</strong> {ledger.because[verdict]}
      </p>
      {verdict === "needs-human" && (
        <p>
          <a href={paths.repair} target={CONSOLE_WINDOW}>
            {ledger.toRepair}
          </a>
        </p>
      )}
      {differences.length > 0 && (
        <ul class="differences small">
          {differences.slice(0, SHOWN_MAX).map((difference) => (
            <li key={difference.number}>
              {ledger.difference(difference)}{" "}
              {difference.saga_id !== null && (
                <a href={paths.saga(difference.saga_id)} target={CONSOLE_WINDOW}>
                  {ledger.sameOrderHere}
                </a>
              )}
            </li>
          ))}
          {differences.length > SHOWN_MAX && <li>{ledger.more(differences.length - SHOWN_MAX)}</li>}
        </ul>
      )}
    </section>
  );
}

function Bar({ value, common, most }: Readonly<Record<"value" | "common" | "most", number>>): VNode {
  const percent = (part: number) => `${(Math.max(0, part) / most) * 100}%`;
  return (
    <svg aria-hidden="true" width="100%" height="16">
      <rect class="bar-ground" width="100%" height="16" />
      <rect class="bar-common" width={percent(Math.min(value, common))} height="16" />
      <rect class="bar-more" x={percent(common)} width={percent(value - common)} height="16" />
    </svg>
  );
}

function toneOf(verdict: Verdict): "done" | "bad" | "quiet" {
  if (verdict === "differs" || verdict === "needs-human") return "bad";
  return verdict === "adds-up" ? "done" : "quiet";
}
