import type { VNode } from "preact";
import { toSend } from "../../model/bulk.ts";
import type { BulkRun } from "../../model/bulk-run.ts";
import { number } from "../../texts/format.ts";
import { t } from "../../texts/language.ts";

interface BulkProgressProps {
  readonly run: BulkRun;
  readonly onAgain: () => void;
}

/** How far it is, with a stop; after a stop, the way to go on. */
export function BulkProgress({ run, onAgain }: BulkProgressProps): VNode | null {
  const texts = t.value.repair.bulk;
  const rows = run.rows.value;
  const left = toSend(rows).length;
  // What a preview refused was never to be sent.
  const all = rows.filter(({ foretold }) => foretold !== undefined).length;
  const done = all - left;
  switch (run.phase.value) {
    case "planning":
    case "previewing":
    case "previewed":
      return null;
    case "running":
    case "stopping": {
      const isStopping = run.phase.value === "stopping";
      return (
        <div class="card progress">
          <progress max={all} value={done} aria-label={texts.progress(number(done), number(all))} />
          <span role="status">{isStopping ? texts.stopping : texts.progress(number(done), number(all))}</span>
          <button type="button" disabled={isStopping} onClick={() => run.stop()}>
            {texts.stop}
          </button>
        </div>
      );
    }
    case "stopped":
    case "halted":
      return (
        <div class="card progress">
          <span role="status">
            {run.phase.value === "stopped" ? texts.stopped : texts.halted} {texts.progress(number(done), number(all))}
          </span>
          {left > 0 && (
            <button type="button" onClick={() => run.go().catch(() => undefined)}>
              {texts.goOn(number(left))}
            </button>
          )}
          <Again onAgain={onAgain} />
        </div>
      );
    case "finished":
      return (
        <div class="card progress">
          <span role="status">{texts.progress(number(done), number(all))}</span>
          <Again onAgain={onAgain} />
        </div>
      );
  }
}

function Again({ onAgain }: { readonly onAgain: () => void }): VNode {
  return (
    <button type="button" onClick={onAgain}>
      {t.value.repair.bulk.again}
    </button>
  );
}
