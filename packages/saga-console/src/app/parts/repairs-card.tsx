import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { readSaga } from "../api/client.ts";
import type { Repair } from "../api/overview-reply.ts";
import type { Saga } from "../api/replies.ts";
import { nameOf } from "../model/names.ts";
import { t } from "../texts/language.ts";
import { Age } from "./countdown.tsx";
import { useLoaded } from "./loaded.ts";
import { paths } from "./paths.ts";

const SHOWN_MAX = 8;

/** What people did last, to any saga: the events that it wrote are a click away. */
export function RepairsCard({ repairs }: { readonly repairs: readonly Repair[] }): VNode {
  const texts = t.value.overview;
  const shown = repairs.slice(0, SHOWN_MAX);
  const ids = [...new Set(shown.map(({ saga_id: id }) => id))];
  const sagas = useLoaded("repaired", () => readAll(ids));
  useEffect(() => {
    if (ids.length > 0) sagas.reload();
  }, [ids.join()]);
  const sagaOf = (id: string) => sagas.value.value?.get(id);
  return (
    <section class="card" aria-labelledby="repairs">
      <h2 id="repairs">{texts.repairs}</h2>
      {repairs.length === 0 && <p class="small quiet">{texts.noRepair}</p>}
      <ul class="saga-lines">
        {shown.map((repair) => (
          <li key={`${repair.saga_id} ${repair.seq}`}>
            <p>
              <strong>{repair.by ?? t.value.repair.somebody}</strong> {texts.did(repair)}{" "}
              <a href={paths.saga(repair.saga_id)}>{nameOf(sagaOf(repair.saga_id) ?? unread(repair))}</a>{" "}
              <span class="quiet small">
                {texts.event(repair.seq)} · <Age since={repair.at} />
              </span>
            </p>
            {repair.note !== undefined && <blockquote class="quoted small">{repair.note}</blockquote>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is known of a saga that is not read, or is there no more. */
function unread({ saga_id, definition }: Repair): Pick<Saga, "saga_id" | "definition" | "data" | "input"> {
  return { saga_id, definition, data: {}, input: {} };
}

/** Those of the sagas that can be read, by their ids. */
async function readAll(ids: readonly string[]): Promise<ReadonlyMap<string, Saga>> {
  const read = await Promise.allSettled(ids.map(readSaga));
  return new Map(read.flatMap((each) => (each.status === "fulfilled" ? [[each.value.saga_id, each.value] as const] : [])));
}
