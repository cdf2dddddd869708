import type { BulkItem } from "../api/repair.ts";
import type { Consequence, Saga } from "../api/replies.ts";
import { nameOf } from "./names.ts";
import { askedStep } from "./why.ts";

/** A saga that was chosen for an operation on many, as it was then. */
export interface ChosenSaga {
  readonly id: string;
  readonly name: string;
  /** The step that a person is asked about; empty: none. */
  readonly step: string;
}

export function chosenFrom(saga: Saga): ChosenSaga {
  return {
    id: saga.saga_id,
    name: nameOf(saga),
    step: saga.status === "needs_intervention" ? (askedStep(saga)?.step ?? "") : "",
  };
}

/** As many as the API takes at once. */
export const CHOSEN_MAX = 200;

/** So many are sent at a time: a person who stops has sent no more than these. */
export const SLICE = 10;

/** What becomes of one saga of many. `foretold`: it is ready, and not sent. */
export type BulkState =
  | { readonly kind: "foretold" }
  /** `from`: when it will be possible, if waiting helps. */
  | { readonly kind: "refused"; readonly reason: string; readonly from?: string | undefined }
  | { readonly kind: "done"; readonly seq: number | undefined; readonly now?: Pick<Saga, "state" | "status"> }
  /** No answer came: it may be recorded or not. */
  | { readonly kind: "unknown" };

/** One saga of many, what was foretold of it, and what became of it. */
export interface BulkRow {
  readonly saga: ChosenSaga;
  readonly foretold: Consequence | undefined;
  readonly state: BulkState;
}

/** The rows of a preview: what is refused then stays, with its reason, and is never sent. */
export function rowsOf(chosen: readonly ChosenSaga[], items: readonly BulkItem[]): readonly BulkRow[] {
  const found = new Map(items.map((item) => [item.saga_id, item]));
  return chosen.map((saga) => {
    const item = found.get(saga.id);
    const { consequence, accepted = false, reason = "", allowed_from: from } = item ?? {};
    return accepted
      ? { saga, foretold: consequence, state: { kind: "foretold" } }
      : { saga, foretold: undefined, state: { kind: "refused", reason, from } };
  });
}

/** The sagas that are still to be sent. */
export function toSend(rows: readonly BulkRow[]): readonly string[] {
  return rows.filter(({ state }) => state.kind === "foretold").map(({ saga }) => saga.id);
}

/** The sagas that were sent, and were not refused: something is recorded for them, or may be. */
export function sent(rows: readonly BulkRow[]): readonly string[] {
  return rows.filter(({ state }) => state.kind === "done" || state.kind === "unknown").map(({ saga }) => saga.id);
}

/** The rows after a slice was answered. */
export function withAnswers(rows: readonly BulkRow[], items: readonly BulkItem[]): readonly BulkRow[] {
  const found = new Map(items.map((item) => [item.saga_id, item]));
  return rows.map((row) => {
    const item = found.get(row.saga.id);
    if (!item) return row;
    if (!item.accepted) return { ...row, state: { kind: "refused", reason: item.reason ?? "" } };
    return { ...row, state: { kind: "done", seq: item.event_seq } };
  });
}

/** The rows where these come to another state. */
export function withState(rows: readonly BulkRow[], ids: readonly string[], state: BulkState): readonly BulkRow[] {
  return rows.map((row) => (ids.includes(row.saga.id) ? { ...row, state } : row));
}

/** The rows, with what has become of a saga by now. */
export function withNow(rows: readonly BulkRow[], saga: Saga): readonly BulkRow[] {
  const now = { state: saga.state, status: saga.status };
  return rows.map((row) =>
    row.saga.id === saga.saga_id && row.state.kind === "done" ? { ...row, state: { ...row.state, now } } : row,
  );
}

/** What has become of a saga, against what was foretold. Undefined: it is not known yet, or nothing was recorded. */
export function becameOf({ foretold, state }: BulkRow): "as-foretold" | "under-way" | "other" | undefined {
  if (state.kind !== "done" || !state.now) return undefined;
  const { now } = state;
  if (foretold && now.state === foretold.state && now.status === foretold.status) return "as-foretold";
  return now.status === "running" ? "under-way" : "other";
}

/** Sagas of which the same would become. */
export interface Outcome {
  readonly key: string;
  readonly foretold: Consequence | undefined;
  /** Why it is refused, in place of what follows. */
  readonly reason: string | undefined;
  /** When the first of them will be possible, if waiting helps. */
  readonly from: string | undefined;
  readonly rows: readonly BulkRow[];
}

/** What would become of the sagas, the most common first; what is refused comes last. */
export function outcomesOf(rows: readonly BulkRow[]): readonly Outcome[] {
  const groups = Map.groupBy(rows, ({ foretold, state }) => (state.kind === "refused" ? `!${state.reason}` : groupOf(foretold)));
  return [...groups]
    .map(([key, own]) => {
      const first = own[0];
      const reason = first?.state.kind === "refused" ? first.state.reason : undefined;
      const [from] = own.flatMap((row) => fromOf(row) ?? []).toSorted();
      return { key, foretold: first?.foretold, reason, from, rows: own };
    })
    .toSorted((one, other) => rank(one) - rank(other) || other.rows.length - one.rows.length);
}

function fromOf({ state }: BulkRow): string | undefined {
  return state.kind === "refused" ? state.from : undefined;
}

function rank({ reason }: Outcome): number {
  return reason === undefined ? 0 : 1;
}

function groupOf(consequence: Consequence | undefined): string {
  if (!consequence) return "";
  const { calls, status, state } = consequence;
  return JSON.stringify([calls.map(({ step, action }) => [step, action]), status, state]);
}
