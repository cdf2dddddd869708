import { z } from "zod";
import type { Placed } from "./traffic.ts";

export const ledgerSchema = z.object({
  items: z.array(z.object({ route: z.string(), key: z.string().nullable() })),
});

type LedgerItem = z.output<typeof ledgerSchema>["items"][number];

/** A saga as the orchestrator lists it. */
export interface ListedSaga {
  readonly saga_id: string;
  readonly status: "running" | "completed" | "cancelled" | "needs_intervention";
}

export interface Books {
  readonly sagas: readonly ListedSaga[];
  readonly placed: readonly Placed[];
  /** The effects at both services. */
  readonly ledger: readonly LedgerItem[];
}

/** The effects that each end allows (rule 8). */
const effectsOf = {
  completed: [["create-order/run", "decrease-stock/run", "create-payment/run"]],
  cancelled: [
    [],
    ["create-order/run", "create-order/rollback"],
    ["create-order/run", "create-order/rollback", "decrease-stock/run", "decrease-stock/rollback"],
  ],
} as const;

/** Compares the replies to clients, the sagas of the orchestrator, and the effects at the services. Gives a sentence for each contradiction. */
export function findContradictions({ sagas, placed, ledger }: Books): readonly string[] {
  const effects = new Map<string, string[]>();
  for (const { route, key } of ledger) {
    const [, saga = "", call = ""] = /^"?([0-9a-f-]{36})\/([\w-]+\/\w+)"?$/.exec(key ?? "") ?? [];
    effects.set(saga, [...(effects.get(saga) ?? []), saga === "" ? `${route} without a key of a saga` : call]);
  }
  const known = new Set(sagas.map(({ saga_id }) => saga_id));
  const strays = [...effects].filter(([saga]) => !known.has(saga)).map(([saga, of]) => `${of.join(", ")}: of no saga "${saga}"`);
  return [
    ...strays,
    ...sagas.flatMap((saga) => contradictionsOf(saga, effects.get(saga.saga_id) ?? [])),
    ...contradictionsOfReplies(new Map(sagas.map(({ saga_id, status }) => [saga_id, status])), placed),
  ];
}

function contradictionsOf({ saga_id, status }: ListedSaga, effects: readonly string[]): readonly string[] {
  const twice = effects
    .filter((call, index) => effects.indexOf(call) !== index)
    .map((call) => `${saga_id}: ${call} took effect twice`);
  switch (status) {
    case "running":
      return [...twice, `${saga_id} never ends`];
    case "needs_intervention":
      return twice;
    case "completed":
    case "cancelled": {
      const isPromised = effectsOf[status].some(
        (promised) => promised.length === effects.length && promised.every((call) => effects.includes(call)),
      );
      return isPromised ? twice : [...twice, `${saga_id} is ${status}, and its effects are: ${effects.join(", ") || "none"}`];
    }
  }
}

function contradictionsOfReplies(
  statuses: ReadonlyMap<string, ListedSaga["status"]>,
  placed: readonly Placed[],
): readonly string[] {
  const sagaOf = new Map<string, string>();
  return placed.flatMap(({ key, answer }) => {
    if (answer.kind === "problem") return [`${key} was answered with the problem ${answer.type}: ${answer.detail}`];
    const { saga_id } = answer;
    const status = statuses.get(saga_id);
    const other = [...sagaOf].find(([, saga]) => saga === saga_id)?.[0];
    sagaOf.set(key, saga_id);
    if (status === undefined) return [`${key} was accepted as ${saga_id}, which does not exist`];
    if (other !== undefined) return [`${key} and ${other} are both ${saga_id}`];
    const promised = { created: "completed", refused: "cancelled", unavailable: "cancelled", pending: undefined }[answer.kind];
    return promised === undefined || promised === status
      ? []
      : [`${key} was answered "${answer.kind}", and ${saga_id} is ${status}`];
  });
}
