import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { readSaga } from "../api/client.ts";
import { performBulk, previewBulk } from "../api/repair.ts";
import { mayOperate, noteRefusal } from "../api/who.ts";
import { becameOf, sent } from "../model/bulk.ts";
import { type BulkPhase, BulkRun } from "../model/bulk-run.ts";
import { AnswerNote } from "../parts/answer-note.tsx";
import { chosenSagas } from "../parts/chosen-sagas.ts";
import { NoRole } from "../parts/no-role.tsx";
import { paths } from "../parts/paths.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { number } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { BulkPlanForm } from "./bulk/bulk-plan-form.tsx";
import { BulkPreview } from "./bulk/bulk-preview.tsx";
import { BulkProgress } from "./bulk/bulk-progress.tsx";
import { BulkResults } from "./bulk/bulk-results.tsx";
import { useBulkDraft } from "./bulk/use-bulk-draft.ts";

const LOOK_AGAIN_MS = 3_000;

/** The repair of many sagas at once: planned, previewed, confirmed as it was previewed, sent in slices, compared with what was foretold. */
export function Bulk(): VNode {
  const texts = t.value.repair.bulk;
  const chosen = useSignal(chosenSagas.get());
  const draft = useBulkDraft();
  const run = useMemo(
    () => new BulkRun({ preview: previewBulk, perform: performBulk, read: readSaga, onError: noteRefusal }),
    [],
  );
  const phase = run.phase.value;
  const rows = run.rows.value;
  const isSettling =
    isOver(phase) && rows.some((row) => row.state.kind === "done" && (becameOf(row) ?? "under-way") === "under-way");
  useEffect(() => {
    if (!isSettling) return;
    const timer = setInterval(() => run.readBack().catch(noteRefusal), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isSettling]);
  // What is recorded, or may be, is offered no more: not after a reload, and not to another choice.
  const sentIds = sent(rows).join();
  useEffect(() => {
    if (sentIds !== "") chosenSagas.drop(sentIds.split(","));
  }, [sentIds]);
  // Who leaves the page has seen the last answer; nothing is sent behind his back.
  useEffect(() => () => run.stop(), []);
  return (
    <>
      <ViewTitle text={texts.title} />
      {chosen.value.length === 0 ? (
        <p class="card">
          {texts.none} <a href={paths.sagas}>{texts.toList}</a> · <a href={paths.repair}>{t.value.nav.repair}</a>
        </p>
      ) : (
        <>
          <section class="card" aria-labelledby="bulk-plan">
            <h2 id="bulk-plan">{texts.chosen(number(chosen.value.length))}</h2>
            {mayOperate.value ? <BulkPlanForm chosen={chosen.value} draft={draft} run={run} /> : <NoRole />}
          </section>
          {phase === "previewed" && <BulkPreview draft={draft} run={run} />}
          {run.problem.value && <AnswerNote answer={run.problem.value} lookAt="results" />}
          <BulkProgress
            run={run}
            onAgain={() => {
              run.reset();
              chosen.value = chosenSagas.get();
            }}
          />
          {isStarted(phase) && <BulkResults rows={rows} />}
        </>
      )}
    </>
  );
}

function isOver(phase: BulkPhase): boolean {
  return phase === "finished" || phase === "stopped" || phase === "halted";
}

function isStarted(phase: BulkPhase): boolean {
  return phase === "running" || phase === "stopping" || isOver(phase);
}
