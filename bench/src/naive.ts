import { orderInput } from "orchestrator/order";

export interface NaiveOptions {
  readonly storeManagerUrl: string;
  readonly paymentsUrl: string;
  readonly callTimeoutMs: number;
}

/**
 * The order saga as people write it by hand on this runtime: its pooled `fetch` with a timeout, the state in variables, the undoing in a
 * `catch`. It makes each call once, ignores a rollback that fails, and forgets everything when its process ends.
 */
export function naiveOrchestrator({ storeManagerUrl, paymentsUrl, callTimeoutMs }: NaiveOptions) {
  async function call(method: string, url: string, key: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(url, {
      method,
      headers: { "content-type": "application/json", "idempotency-key": `"${key}"` },
      signal: AbortSignal.timeout(callTimeoutMs),
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url} was answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  return async (request: Request): Promise<Response> => {
    const parsed = orderInput.safeParse(await request.json());
    if (!parsed.success) return Response.json({ errors: parsed.error.issues }, { status: 422 });
    const { user_id, items } = parsed.data;
    // A caller that names the order can find its effects, also if it gets no answer.
    const sagaId = request.headers.get("idempotency-key")?.replaceAll('"', "") ?? crypto.randomUUID();
    const rollbacks: (() => Promise<unknown>)[] = [];
    try {
      const { order_id } = await call("POST", `${storeManagerUrl}/orders`, `${sagaId}/order`, { user_id, items });
      rollbacks.push(() => call("DELETE", `${storeManagerUrl}/orders/${order_id}`, `${sagaId}/order/undo`));
      const order = await call("GET", `${storeManagerUrl}/orders/${order_id}`, `${sagaId}/amount`);
      await call("PUT", `${storeManagerUrl}/stocks`, `${sagaId}/stock`, { items, operation: "-" });
      rollbacks.push(() => call("PUT", `${storeManagerUrl}/stocks`, `${sagaId}/stock/undo`, { items, operation: "+" }));
      const payment = { user_id, order_id, total_amount: Number(order["total_amount"]) };
      const { payment_id } = await call("POST", `${paymentsUrl}/payments`, `${sagaId}/payment`, payment);
      return Response.json({ order_id, payment_id, status: "OK", saga_id: sagaId, state: "COMPLETED" });
    } catch (error) {
      for (const rollback of rollbacks.toReversed()) await rollback().catch(() => undefined);
      return Response.json({ saga_id: sagaId, state: "CANCELLED", reason: String(error) }, { status: 409 });
    }
  };
}
