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
import type { Attempt, Outcome } from "saga-core";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { withDeadline } from "./with-deadline.ts";

export interface ByHandOptions {
  readonly storeManagerUrl: string;
  readonly paymentsUrl: string;
  readonly callTimeoutMs: number;
}

const requestSchema = z.object({ sagaId: z.string(), order: orderInput });

type OrderRequest = z.output<typeof requestSchema>;

/** Makes the calls of one saga. */
interface Caller {
  readonly call: <Result extends object>(name: string, make: () => Promise<Result>) => Promise<Result>;
  /** @throws TerminalError when the saga was cancelled. */
  readonly throwIfCancelled: () => void;
}

/**
 * The order saga by hand, as in Restate's guide (https://docs.restate.dev/guides/sagas): each call is a `run`, each step that is done adds its
 * rollback, and a refusal, which is a terminal error, runs the rollbacks in reverse. It makes the same calls as ours. It has no deadline, no
 * list, no cancel, and no operator.
 */
export function orderByHand(options: ByHandOptions) {
  const place = makePlaceOrder(options);
  return service({
    name: "OrderByHand",
    handlers: {
      place: async (context: Context, raw: unknown) => {
        const request = requestSchema.parse(raw);
        return await place(context, request, {
          call: async (name, make) => await context.run(name, make),
          throwIfCancelled: () => undefined,
        });
      },
    },
  });
}

const ORDER_KEY = "order";
const CANCEL = "cancel";

/**
 * The same saga, made so that it can be found and cancelled: a workflow with an id, a record of its end, and a signal that races with each
 * call. It has no deadline, no operator, and no call in doubt.
 */
export function findableOrderByHand(options: ByHandOptions) {
  const place = makePlaceOrder(options);
  return workflow({
    name: "FindableOrderByHand",
    handlers: {
      run: async (context: WorkflowContext, raw: unknown) => {
        const request = requestSchema.parse(raw);
        const record = (found: object) => context.set(ORDER_KEY, { ...found, order: request.order });
        try {
          const placed = await place(context, request, listeningCaller(context));
          record(placed);
          return placed;
        } catch (error) {
          if (error instanceof TerminalError) record({ state: "CANCELLED", reason: error.message });
          throw error;
        }
      },
      cancel: async (context: WorkflowSharedContext, invocation: string) =>
        context.invocation(InvocationIdParser.fromString(invocation)).signal(CANCEL).resolve(CANCEL),
      read: async (context: WorkflowSharedContext) => await context.get<object>(ORDER_KEY),
    },
    // As in ours: the record of an ended saga is kept, but not its journal.
    options: { journalRetention: 0, enableLazyState: true },
  });
}

/** A call that is under way when the saga is cancelled ends before the rollbacks. */
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
    throwIfCancelled: () => {
      if (isCancelled) throw new TerminalError("It was cancelled.", { errorCode: 409 });
    },
  };
}

function makePlaceOrder({ storeManagerUrl, paymentsUrl, callTimeoutMs }: ByHandOptions) {
  const client = { keyed: true, keepsConnections: true, callTimeoutMs };
  const storeManager = new StoreManager({ ...client, url: storeManagerUrl });
  const payments = new Payments({ ...client, url: paymentsUrl });
  return async (context: Context, { sagaId, order }: OrderRequest, { call, throwIfCancelled }: Caller) => {
    const { user_id, items } = order;
    const within = <Result>(name: string, make: (attempt: Attempt) => Promise<Result>) =>
      withDeadline(`${sagaId}/${name}`, callTimeoutMs, make);
    const rollbacks: (() => Promise<unknown>)[] = [];
    try {
      const { order_id, total_amount } = await call("create-order", async () => {
        const created = resultOf(
          await within("create-order/run", (attempt) => storeManager.createOrder({ user_id, items }, attempt)),
        );
        const amount = resultOf(
          await within("create-order/run", (attempt) => storeManager.readTotalAmount(created.order_id, attempt)),
        );
        return { order_id: created.order_id, total_amount: amount.total_amount };
      });
      rollbacks.push(() =>
        context.run("delete-order", async () =>
          resultOf(await within("create-order/rollback", (attempt) => storeManager.deleteOrder(order_id, attempt))),
        ),
      );
      throwIfCancelled();
      await call("decrease-stock", async () =>
        resultOf(await within("decrease-stock/run", (attempt) => storeManager.decreaseStock(items, attempt))),
      );
      rollbacks.push(() =>
        context.run("increase-stock", async () =>
          resultOf(await within("decrease-stock/rollback", (attempt) => storeManager.increaseStock(items, attempt))),
        ),
      );
      throwIfCancelled();
      const { payment_id } = await call("create-payment", async () =>
        resultOf(
          await within("create-payment/run", (attempt) => payments.createPayment({ user_id, order_id, total_amount }, attempt)),
        ),
      );
      return { order_id, payment_id, status: "OK", saga_id: sagaId, state: "COMPLETED" };
    } catch (error) {
      if (error instanceof TerminalError) for (const rollback of rollbacks.toReversed()) await rollback();
      throw error;
    }
  };
}

/** The result of a call. A refusal ends the saga; Restate retries after any other outcome. */
function resultOf<Result extends object>(outcome: Outcome<Result>): Result {
  if (outcome.outcome === "done") return outcome.result;
  if (outcome.outcome === "rejected") throw new TerminalError(outcome.reason, { errorCode: 409 });
  throw new Error(outcome.reason);
}

/** The same HTTP API as ours, with one route. */
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
      return json(await ingress.call<OrderRequest, object>({ ...handler, parameter: { sagaId, order } }));
    } catch (error) {
      if (error instanceof HttpCallError && error.status === 409) return json({ saga_id: sagaId, state: "CANCELLED" }, 409);
      throw error;
    }
  });
  return app;
}
