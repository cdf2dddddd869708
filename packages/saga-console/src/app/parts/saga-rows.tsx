import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Saga } from "../api/replies.ts";
import { furtherColumns, knownColumns, memberText } from "../model/columns.ts";
import { nameOf } from "../model/names.ts";
import { markOfPhase } from "../model/phases.ts";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { StatusBadge } from "./badge.tsx";
import { Age } from "./countdown.tsx";
import { Glyph } from "./glyph.tsx";
import { paths } from "./paths.ts";
import { type PageKeys, useRowKeys } from "./row-keys.ts";

/** The sagas that are marked, of all pages, by their ids. */
export type Marked = Signal<ReadonlyMap<string, Saga>>;

interface SagaRowsProps extends PageKeys {
  readonly sagas: readonly Saga[];
  readonly marked: Marked;
}

/** One page of rows: what is drawn does not grow with the list. */
export function SagaRows({ sagas, marked, ...pages }: SagaRowsProps): VNode {
  const texts = t.value.list;
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body, pages);
  const columns = furtherColumns(sagas, knownColumns.value);
  return (
    <table class="rows">
      <thead>
        <tr>
          <td />
          <th scope="col">{texts.saga}</th>
          {columns.map((name) => (
            <th key={name} scope="col" class="mono">
              {name}
            </th>
          ))}
          <th scope="col">{texts.status}</th>
          <th scope="col">{texts.where}</th>
          <th scope="col">{texts.started}</th>
          <th scope="col">{texts.changed}</th>
        </tr>
      </thead>
      <tbody ref={body}>
        {sagas.map((saga) => (
          <Row key={saga.saga_id} saga={saga} columns={columns} marked={marked} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly saga: Saga;
  readonly columns: readonly string[];
  readonly marked: Marked;
}

function Row({ saga, columns, marked }: RowProps): VNode {
  const { saga_id: id, phase } = saga;
  const texts = t.value.list;
  const mark = (isMarked: boolean) => {
    const others = [...marked.value].filter(([each]) => each !== id);
    marked.value = new Map(isMarked ? [...others, [id, saga]] : others);
  };
  // The status says it already where a human is needed.
  const isTold = phase !== undefined && phase !== "forward" && phase !== saga.status;
  return (
    <tr data-saga={id}>
      <td>
        <input
          type="checkbox"
          aria-label={texts.select(nameOf(saga))}
          checked={marked.value.has(id)}
          onChange={({ currentTarget }) => mark(currentTarget.checked)}
        />
      </td>
      <th scope="row">
        <a href={paths.saga(id)}>{nameOf(saga)}</a>
      </th>
      {columns.map((name) => (
        <td key={name} class="small member" data-label={name}>
          {memberText(saga, name) ?? "–"}
        </td>
      ))}
      <td class="row-status">
        <StatusBadge status={saga.status} />
        {isTold && (
          <span class="small row-phase">
            <Glyph mark={markOfPhase(phase)} /> {t.value.phases[phase] ?? phase}
          </span>
        )}
      </td>
      <td class="mono small row-state">{saga.state}</td>
      <td class="small row-started">{time(saga.created_at)}</td>
      <td class="small row-changed">
        <Age since={saga.updated_at} />
      </td>
    </tr>
  );
}
