import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { readDefinitions, readEvents, readSaga } from "saga-console/app/api/client.ts";
import { layOut, type SagaEnd } from "saga-console/app/model/ladder.ts";
import { definitionOf, endsOf, nameOf } from "saga-console/app/model/names.ts";
import { pictureNow } from "saga-console/app/model/picture.ts";
import { StatusBadge } from "saga-console/app/parts/badge.tsx";
import { LadderView } from "saga-console/app/parts/ladder-view.tsx";
import { useLoaded } from "saga-console/app/parts/loaded.ts";
import { paths } from "saga-console/app/parts/paths.ts";
import { useLive } from "saga-console/app/parts/use-live.ts";
import { lab } from "../model/lab-store.ts";
import { texts } from "../texts/language.ts";
import { CONSOLE_WINDOW } from "./lab-frame.tsx";

/** The ladder of a saga, as it happens, with the definition as it is now. */
export function LiveLadder({ id }: { readonly id: string }): VNode | null {
  const starts = lab.value?.starts ?? 0;
  const saga = useLoaded(`saga ${id}`, () => readSaga(id));
  const events = useLoaded(`events ${id}`, () => readEvents(id));
  const definitions = useLoaded(`definitions ${starts}`, readDefinitions);
  const refresh = () => {
    saga.reload();
    events.reload();
  };
  useLive({ path: `sagas/${encodeURIComponent(id)}/events`, onMessage: refresh, onRefresh: refresh });
  // The stream ended with the process: one that is back is asked at once.
  useEffect(refresh, [starts]);
  const found = saga.value.value;
  if (!found) return null;
  const definition = definitionOf(found, definitions.value.value ?? []);
  const ladder = layOut(pictureNow(found, events.value.value ?? []), definition?.steps, endOf(found.status));
  return (
    <>
      <p>
        <a href={paths.saga(id)} target={CONSOLE_WINDOW}>
          {nameOf(found)}
        </a>{" "}
        <StatusBadge status={found.status} /> <span class="quiet small">{texts.value.lesson.openInConsole}</span>
      </p>
      <LadderView ladder={ladder} saga={found} events={events.value.value ?? []} isPast={false} names={endsOf(definition)} />
    </>
  );
}

function endOf(status: string): SagaEnd {
  return status === "completed" || status === "cancelled" ? status : undefined;
}
