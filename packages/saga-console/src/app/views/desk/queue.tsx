import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import type { Saga } from "../../api/replies.ts";
import { nameOf } from "../../model/names.ts";
import { BulkButton } from "../../parts/bulk-button.tsx";
import { SagaLines } from "../../parts/saga-lines.tsx";
import { t } from "../../texts/language.ts";

interface QueueProps {
  readonly sagas: readonly Saga[];
  /** The marked ones; undefined where nothing may be done with them. */
  readonly marked: Signal<ReadonlySet<string>> | undefined;
}

/** The sagas that wait for a human. Several may be marked, and repaired together. */
export function Queue({ sagas, marked }: QueueProps): VNode | null {
  const texts = t.value.repair.bulk;
  if (sagas.length === 0) return null;
  if (!marked) return <SagaLines sagas={sagas} />;
  const chosen = sagas.filter(({ saga_id: id }) => marked.value.has(id));
  const isAll = chosen.length === sagas.length;
  const mark = (id: string, isMarked: boolean) => {
    const rest = [...marked.value].filter((each) => each !== id);
    marked.value = new Set(isMarked ? [...rest, id] : rest);
  };
  return (
    <>
      <p class="queue-marks">
        <label>
          <input
            type="checkbox"
            checked={isAll}
            onChange={() => {
              marked.value = new Set(isAll ? [] : sagas.map(({ saga_id: id }) => id));
            }}
          />{" "}
          {texts.markAll}
        </label>
        <BulkButton sagas={chosen} />
      </p>
      <ul class="queue">
        {sagas.map((saga) => (
          <li key={saga.saga_id}>
            <input
              type="checkbox"
              class="queue-mark"
              aria-label={texts.mark(nameOf(saga))}
              checked={marked.value.has(saga.saga_id)}
              onChange={({ currentTarget }) => mark(saga.saga_id, currentTarget.checked)}
            />
            <SagaLines sagas={[saga]} />
          </li>
        ))}
      </ul>
    </>
  );
}
