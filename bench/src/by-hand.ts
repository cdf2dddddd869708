import {
  type Context,
  InvocationIdParser,
  RestatePromise,
  service,
  TerminalError,
  type WorkflowContext,
  type WorkflowSharedContext,
  workflow,
} from "@restatedev/restate-sdk";
import { connect, HttpCallError } from "@restatedev/restate-sdk-clients";
import { Hono } from "hono";
import { type OrderInput, orderInput } from "orchestrator/order";
import { Payments, StoreManager } from "orchestrator/participants";
import type { Outcome } from "saga-core";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";

export interface ByHandOptions {
  readonly storeManagerUrl: string;
  readonly paymentsUrl: string;
  readonly callTimeoutMs: number;
}

const requestSchema = z.object({ sagaId: z.string(), order: orderInput });

type Asked = z.output<typeof requestSchema>;

/** Makes the calls of one saga. */
interface Caller {
  readonly call: <Result extends object>(name: string, make: () => Promise<Result>) => Promise<Result>;
  /** @throws TerminalError when somebody has cancelled it. */
  readonly goOn: () => void;
}

/**
 * The order saga as Restate's own guide has it written by hand (https://docs.restate.dev/guides/sagas): each call is a run, each step that is
 * done adds what undoes it, and a refusal, which is a terminal error, runs those in reverse. The same calls as ours; no deadline, no one to
 * ask, no list, nobody who can cancel it.
 */
export function orderByHand(options: ByHandOptions) {
  const place = placing(options);
  return service({
    name: "OrderByHand",
    handlers: {
      place: async (context: Context, raw: unknown) => {
        const asked = requestSchema.parse(raw);
        return await place(context, asked, { call: async (name, make) => await context.run(name, make), goOn: () => undefined });
      },
    },
  });
}

const ORDER_KEY = "order";
const CANCEL = "cancel";

/**
 * The same with what somebody adds who must find it again, and be able to cancel it: a workflow that its id starts once, with a record of how
 * it ended, and a signal that is heard beside each call. Still no deadline, no one to ask, and nothing that is in doubt.
 */
export function findableOrderByHand(options: ByHandOptions) {
  const place = placing(options);
  return workflow({
    name: "FindableOrderByHand",
    handlers: {
      run: async (context: WorkflowContext, raw: unknown) => {
        const asked = requestSchema.parse(raw);
        const record = (found: object) => context.set(ORDER_KEY, { ...found, order: asked.order });
        try {
          const placed = await place(context, asked, listeningCaller(context));
          record(placed);
          return placed;
        } catch (error) {
          if (error instanceof TerminalError) record({ state: "CANCELLED", reason: error.message });
          throw error;
        }
      },
      cancel: async (context: WorkflowSharedContext, invocation: string) =>
        context.invocation(InvocationIdParser.fromString(invocation)).signal(CANCEL).resolve(CANCEL),
      look: async (context: WorkflowSharedContext) => await context.get<object>(ORDER_KEY),
    },
    // As ours has it: of what is over the record is kept, not the journal.
    options: { journalRetention: 0, enableLazyState: true },
  });
}

/** A call that is under way when the saga is cancelled ends before what was done is undone. */
function listeningCaller(context: WorkflowContext): Caller {
  const cancel = context.signal<typeof CANCEL>(CANCEL);
  let isCancelled = false;
  return {
    call: async (name, make) => {
      const run = context.run(name, make);
      const first = await RestatePromise.race([run, cancel]);
      if (first !== CANCEL) return first;
      isCancelled = true;
      return await run;
    },
    goOn: () => {
      if (isCancelled) throw new TerminalError("It was cancelled.", { errorCode: 409 });
    },
  };
}

function placing({ storeManagerUrl, paymentsUrl, callTimeoutMs }: ByHandOptions) {
  const storeManager = new StoreManager({ url: storeManagerUrl, keyed: true, callTimeoutMs });
  const payments = new Payments({ url: paymentsUrl, keyed: true, callTimeoutMs });
  return async (context: Context, { sagaId, order }: Asked, { call, goOn }: Caller) => {
    const { user_id, items } = order;
    const attemptAt = (step: string) => ({ key: `${sagaId}/${step}` });
    const undo: (() => Promise<unknown>)[] = [];
    try {
      const { order_id, total_amount } = await call("create-order", async () => {
        const created = given(await storeManager.createOrder({ user_id, items }, attemptAt("create-order/run")));
        const amount = given(await storeManager.readTotalAmount(created.order_id, attemptAt("create-order/run")));
        return { order_id: created.order_id, total_amount: amount.total_amount };
      });
      undo.push(() =>
        context.run("delete-order", async () =>
          given(await storeManager.deleteOrder(order_id, attemptAt("create-order/rollback"))),
        ),
      );
      goOn();
      await call("decrease-stock", async () => given(await storeManager.decreaseStock(items, attemptAt("decrease-stock/run"))));
      undo.push(() =>
        context.run("increase-stock", async () =>
          given(await storeManager.increaseStock(items, attemptAt("decrease-stock/rollback"))),
        ),
      );
      goOn();
      const { payment_id } = await call("create-payment", async () =>
        given(await payments.createPayment({ user_id, order_id, total_amount }, attemptAt("create-payment/run"))),
      );
      return { order_id, payment_id, status: "OK", saga_id: sagaId, state: "COMPLETED" };
    } catch (error) {
      if (error instanceof TerminalError) for (const each of undo.toReversed()) await each();
      throw error;
    }
  };
}

/** What a call gave; a refusal ends the saga, and anything else is tried again. */
function given<Result extends object>(outcome: Outcome<Result>): Result {
  if (outcome.outcome === "done") return outcome.result;
  if (outcome.outcome === "rejected") throw new TerminalError(outcome.reason, { errorCode: 409 });
  throw new Error(outcome.reason);
}

/** The same surface as ours, for one route. */
export function byHandApp(ingressUrl: string, { isFindable }: { readonly isFindable: boolean }): Hono {
  const ingress = connect({ url: ingressUrl });
  const app = new Hono();
  app.post("/saga/order", async ({ req, json }) => {
    const parsed = orderInput.safeParse(await req.json());
    if (!parsed.success) return json({ errors: parsed.error.issues }, 422);
    const sagaId = uuidv7();
    const order: OrderInput = parsed.data;
    const handler = isFindable
      ? { service: "FindableOrderByHand", handler: "run", key: sagaId }
      : { service: "OrderByHand", handler: "place" };
    try {
      return json(await ingress.call<Asked, object>({ ...handler, parameter: { sagaId, order } }));
    } catch (error) {
      if (error instanceof HttpCallError && error.status === 409) return json({ saga_id: sagaId, state: "CANCELLED" }, 409);
      throw error;
    }
  });
  return app;
}
