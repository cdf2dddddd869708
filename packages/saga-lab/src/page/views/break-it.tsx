import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { ViewTitle } from "saga-console/app/parts/view-title.tsx";
import { type FaultKind, faultKinds, type LabState, ORDERS_AT_ONCE_MAX } from "../../api/index.ts";
import { clearOrders, isFull, placeOrders, setFault } from "../model/lab-client.ts";
import { lab, refreshLab } from "../model/lab-store.ts";
import { DefinitionSteps } from "../parts/definition-steps.tsx";
import { Ledger } from "../parts/ledger.tsx";
import { Processes } from "../parts/processes.tsx";
import { Recent } from "../parts/recent.tsx";
import { texts } from "../texts/language.ts";

/** What goes wrong, the load, and the two ledgers beside each other. */
export function BreakIt(): VNode {
  const { breakIt, ledger } = texts.value;
  const state = lab.value;
  return (
    <>
      <ViewTitle text={breakIt.title} />
      <p class="why">{breakIt.explain}</p>
      {!state && <p class="quiet">{breakIt.loading}</p>}
      {state && (
        <>
          <Trouble state={state} />
          <div class="beside">
            <Ledger id="ours" name={ledger.ours} world={state.ours} sent={state.sent} isByHand={false} />
            <Ledger id="by-hand" name={ledger.byHand} world={state.by_hand} sent={state.sent} isByHand />
          </div>
          <div class="beside">
            <Recent orders={state.recent} />
            <div>
              <Processes state={state} />
              <DefinitionSteps />
            </div>
          </div>
        </>
      )}
    </>
  );
}

function Trouble({ state }: { readonly state: LabState }): VNode {
  const { breakIt } = texts.value;
  const share = useSignal(state.fault.share);
  const problem = useSignal("");
  const isSending = useSignal(false);
  // What was pressed is shown before the lab says so: the next change builds on it.
  const pressed = useSignal<FaultKind | undefined>(undefined);
  const perform = (action: () => Promise<unknown>) => {
    problem.value = "";
    isSending.value = true;
    action()
      .then(refreshLab, (error: unknown) => {
        problem.value = isFull(error) ? breakIt.full : breakIt.failed;
      })
      .finally(() => {
        isSending.value = false;
        pressed.value = undefined;
      })
      .catch(() => undefined);
  };
  const kind = pressed.value ?? state.fault.kind;
  const choose = (wanted: FaultKind) => {
    pressed.value = wanted;
    perform(() => setFault({ kind: wanted, share: share.value }));
  };
  return (
    <section class="card" aria-labelledby="trouble">
      <h2 id="trouble">{breakIt.wrong}</h2>
      <fieldset class="faults" aria-label={breakIt.wrong}>
        {faultKinds.map((each) => (
          <button key={each} type="button" aria-pressed={each === kind} onClick={() => choose(each)}>
            {breakIt.faults[each].name}
          </button>
        ))}
      </fieldset>
      <p class="small quiet" role="status">
        {breakIt.faults[kind].explain}
      </p>
      <label class="share">
        {breakIt.share(share.value)}
        <input
          type="range"
          min="1"
          max="100"
          value={share.value}
          onInput={({ currentTarget }) => {
            share.value = Number(currentTarget.value);
          }}
          onChange={() => choose(pressed.peek() ?? kind)}
        />
      </label>
      <p class="actions">
        <button type="button" disabled={isSending.value} onClick={() => perform(() => placeOrders(1))}>
          {breakIt.sendOne}
        </button>
        <button
          type="button"
          class="primary"
          disabled={isSending.value}
          onClick={() => perform(() => placeOrders(ORDERS_AT_ONCE_MAX))}
        >
          {breakIt.sendMany(ORDERS_AT_ONCE_MAX)}
        </button>
        <button type="button" disabled={isSending.value} onClick={() => perform(clearOrders)}>
          {breakIt.clear}
        </button>
      </p>
      {problem.value !== "" && (
        <p class="tone-bad" role="alert">
          {problem.value}
        </p>
      )}
    </section>
  );
}
