import { Hono } from "hono";
import { OrderSagaController, orderInput } from "orchestrator/order";
import { Payments, StoreManager } from "orchestrator/participants";
import { systemClock } from "saga-clock";
import { defaultPolicy, EmbeddedEngine, JournalError, StartRefused } from "saga-core";
import { SqliteJournal } from "saga-sqlite";
import { v7 as newId } from "uuid";

interface CoupledOptions {
  readonly journalPath: string;
  readonly storeManagerUrl: string;
  readonly paymentsUrl: string;
  /** True only for services that passed the keyed part of contracts:verify; at others a repeated call makes a second order or payment. */
  readonly keyed?: boolean;
  readonly onDefect: (error: unknown) => void;
}

/** A service with the unchanged order saga in its own process, behind its own routes. */
export async function makeCoupledService({ journalPath, storeManagerUrl, paymentsUrl, keyed = false, onDefect }: CoupledOptions) {
  const called = { keyed, keyRetentionMs: 86_400_000, callTimeoutMs: 5_000 };
  const storeManager = new StoreManager({ url: storeManagerUrl, ...called });
  const payments = new Payments({ url: paymentsUrl, ...called });
  const order = new OrderSagaController({ storeManager, payments }, defaultPolicy);
  const journal = new SqliteJournal(journalPath);
  const ports = { journal, clock: systemClock, random: Math.random, newId };
  const engine = new EmbeddedEngine({ controllers: [order], ...ports, sagasInFlightMax: 1_000, onDefect });
  await engine.resume();
  const app = new Hono().post("/checkout", async ({ req, json }) => {
    const input = orderInput.safeParse(await req.json());
    if (!input.success) return json({ errors: input.error.issues }, 422);
    const key = req.header("idempotency-key");
    const started = await engine.start({
      definition: "order",
      input: input.data,
      ...(key !== undefined && { idempotencyKey: key }),
    });
    const { phase, data } = await started.untilRest();
    // 202 where the saga needs a human: the client must not order again, because the payment may exist.
    const status = phase.name === "completed" ? 200 : phase.name === "cancelled" ? 409 : 202;
    return json({ saga_id: started.id, outcome: phase.name, ...data }, status);
  });
  app.onError((error, { json }) => {
    const isReused = error instanceof StartRefused && error.refusal === "key-reused";
    if (isReused) return json({ error: error.message }, 422);
    return json({ error: error.message }, error instanceof StartRefused || error instanceof JournalError ? 503 : 500);
  });
  return { app, engine, stop: () => engine.drain(10_000).finally(() => journal.close()) };
}
