import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Quoted } from "saga-console/app/parts/quoted.tsx";
import type { LabState, ProcessName } from "../../api/index.ts";
import { actOn } from "../model/lab-client.ts";
import { refreshLab } from "../model/lab-store.ts";
import { texts } from "../texts/language.ts";

/** Each process of both, to kill and to start; and the definitions, to load again. */
export function Processes({ state }: { readonly state: LabState }): VNode {
  const { processes: words } = texts.value;
  const isBusy = useSignal(false);
  const isFailed = useSignal(false);
  const act = (process: ProcessName, action: "kill" | "start" | "reload") => {
    isBusy.value = true;
    isFailed.value = false;
    actOn(process, action)
      .catch(() => {
        isFailed.value = true;
      })
      .then(refreshLab)
      .finally(() => {
        isBusy.value = false;
      })
      .catch(() => undefined);
  };
  return (
    <section class="card" aria-labelledby="processes">
      <h2 id="processes">{words.title}</h2>
      <p class="small quiet">{words.explain}</p>
      <ul class="processes">
        {state.processes.map(({ process, pid, by_hand_pid: byHandPid }) => (
          <li key={process} data-process={process}>
            <span>{words.names[process]}</span>
            <span class="mono small quiet">{pid === null || byHandPid === null ? words.down : words.pids(pid, byHandPid)}</span>
            <span class="actions">
              {(pid === null || byHandPid === null) && process !== "orchestrator" ? (
                <button type="button" disabled={isBusy.value} onClick={() => act(process, "start")}>
                  {words.start(words.names[process])}
                </button>
              ) : (
                <button type="button" disabled={isBusy.value || pid === null} onClick={() => act(process, "kill")}>
                  {words.kill(words.names[process])}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {isFailed.value && (
        <p class="tone-bad" role="alert">
          {words.failed}
        </p>
      )}
      {state.problem !== null && (
        <div class="notice notice-bad" role="alert">
          <p>{words.problem}</p>
          <Quoted by="" words={state.problem} />
        </div>
      )}
      <p class="actions">
        <button type="button" disabled={isBusy.value} onClick={() => act("orchestrator", "reload")}>
          {words.reload}
        </button>
      </p>
      <p class="small quiet">{words.reloadExplain(state.starts)}</p>
    </section>
  );
}
