import { z } from "zod";
import { call } from "../wire.ts";
import { type ListedSaga, ledgerSchema } from "./accounts.ts";

const instant = z.iso.datetime().transform((at) => Date.parse(at));

const page = z.object({
  items: z.array(
    z.looseObject({
      saga_id: z.string(),
      status: z.enum(["running", "completed", "cancelled", "needs_intervention"]),
      created_at: instant,
      updated_at: instant,
    }),
  ),
  next_cursor: z.string().nullable(),
});

/** A listed saga with its times, in milliseconds since the epoch. */
export interface DatedSaga extends ListedSaga {
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Lists all sagas of an orchestrator. */
export async function listSagas(orchestratorUrl: string): Promise<readonly DatedSaga[]> {
  const sagas: DatedSaga[] = [];
  let cursor = "";
  do {
    const { body } = await call(`${orchestratorUrl}/sagas?limit=200${cursor}`, page);
    sagas.push(
      ...body.items.map(({ created_at, updated_at, ...saga }) => ({ ...saga, createdAt: created_at, updatedAt: updated_at })),
    );
    cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
  } while (cursor !== "");
  return sagas;
}

/** Reads the effects at both services, without those that filled the stock. */
export async function readLedgers(urls: readonly [string, string]) {
  const [store, paid] = await Promise.all(urls.map((url) => call(`${url}/control/ledger`, ledgerSchema)));
  return [...(store?.body.items ?? []), ...(paid?.body.items ?? [])].filter(({ route }) => route !== "POST /stocks");
}
