import { randomBytes } from "node:crypto";
import { RestateNode } from "test-kit/restate";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { OtlpReceiver, type ReceivedSpan } from "../src/otlp-receiver.ts";
import { drawTree } from "../src/span-tree.ts";
import { Stack } from "../src/stack.ts";
import { WebClient } from "../src/web-client.ts";
import { call } from "../src/wire.ts";

let receiver: OtlpReceiver;
let stack: Stack;

beforeEach(async () => {
  receiver = await OtlpReceiver.start();
});
afterEach(async () => {
  await stack.stop();
  await receiver.stop();
});

const SERVER = 2;
const ERROR = 2;
/** No attribute may have it: it stands for what is personal or secret. */
const CANARY = "canary";

/** Spans arrive a moment after they end. */
const soon = <Seen>(see: () => Seen) => expect.poll(see, { timeout: 20_000 });

/** A span of a caller, as its traceparent names it. */
function callerSpan(flags = "01") {
  const [traceId, spanId] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}

type Caller = ReturnType<typeof callerSpan>;

const saga = z.looseObject({ saga_id: z.string() });

async function order(caller: Caller, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
  const all = { traceparent: caller.traceparent, "idempotency-key": `${CANARY}-${caller.spanId}`, ...headers };
  return (await call(`${stack.orchestrator.url}/saga/order?${CANARY}`, saga, body, all)).body.saga_id;
}

function stateOf(id: string): Promise<string> {
  return new WebClient(stack.orchestrator.url).saga(id).then(({ state }) => state);
}

const fault = (service: "storeManager" | "payments", body: object) =>
  call(`${stack[service].url}/control/faults`, z.unknown(), body);

const refuseUser = () => call(`${stack.payments.url}/control/refused-users`, z.unknown(), { users: [1] });

/** One line of a drawn tree: who made the span, its name and what it says. */
function describeSpan({ service, kind, name, attributes, status }: ReceivedSpan): string {
  if (kind === SERVER) return `${service}: ${name}`;
  const shown = ["saga.attempt", "saga.direction", "saga.outcome", "saga.turn.step", "saga.applied"];
  const said = shown.flatMap((key) => (attributes[key] === undefined ? [] : [String(attributes[key])]));
  return [name, ...said, ...(attributes["saga.recovered"] ? ["recovered"] : []), ...(status.code === ERROR ? ["!"] : [])].join(
    " ",
  );
}

const treeOf = ({ traceId }: Caller) => drawTree(receiver.trace(traceId), describeSpan);

/** Everything in the trace is below the caller's span, and says nothing that is personal. */
function expectOneTrace({ traceId, spanId }: Caller): void {
  const spans = receiver.trace(traceId);
  const known = new Set([spanId, ...spans.map((span) => span.spanId)]);
  expect(spans.filter(({ parentSpanId }) => !known.has(parentSpanId))).toEqual([]);
  const said = spans.map(({ name, attributes, status }) => JSON.stringify({ name, attributes, status }));
  expect(said.filter((each) => each.includes(CANARY))).toEqual([]);
}

const completed = [
  "orchestrator: POST /saga/order",
  "  start order",
  "    order completed completed",
  "    run create-order 1 forward done",
  "      mock-store-manager: POST /orders",
  "    run decrease-stock 1 forward done",
  "      mock-store-manager: PUT /stocks",
  "    run read-amount 1 forward done",
  "      mock-store-manager: GET /orders/{order_id}",
  "    run create-payment 1 forward done",
  "      mock-payments: POST /payments",
];

const undone = [
  "orchestrator: POST /saga/order",
  "  start order",
  "    order cancelled cancelled create-payment",
  ...completed.slice(3, 9),
  "    run create-payment 1 forward rejected",
  "      mock-payments: POST /payments",
  "    rollback decrease-stock 1 undo done",
  "      mock-store-manager: PUT /stocks",
  "    rollback create-order 1 undo done",
  "      mock-store-manager: DELETE /orders/{order_id}",
];

describe("a saga has one trace, which an OTLP receiver gets from all three services", () => {
  beforeEach(async () => {
    stack = await Stack.start({ tracesTo: receiver.url });
  });

  it("below the caller's span, each participant's below the attempt that called it, when it completes", async () => {
    const caller = callerSpan();
    await order(caller);
    await soon(() => treeOf(caller)).toEqual(completed);
    expectOneTrace(caller);
  });

  it("of its own where its caller has none, also for two orders on one connection", async () => {
    const body = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
    for (let each = 1; each <= 2; each += 1) await call(`${stack.orchestrator.url}/saga/order`, saga, body);
    await call(`${stack.orchestrator.url}/sagas?${CANARY}=1`, z.unknown());
    const roots = () => receiver.spans.filter(({ service, kind }) => service === "orchestrator" && kind === SERVER);
    await soon(() => roots().map(({ name }) => name)).toEqual(["POST /saga/order", "POST /saga/order", "GET /sagas"]);
    expect(roots().map(({ parentSpanId }) => parentSpanId)).toEqual(["", "", ""]);
    expect(new Set(roots().map(({ traceId }) => traceId)).size).toBe(3);
    expect(JSON.stringify(roots().map(({ attributes }) => attributes))).not.toContain(CANARY);
  });

  it("with its rollbacks, when it is undone", async () => {
    await refuseUser();
    const caller = callerSpan();
    await order(caller);
    await soon(() => treeOf(caller)).toEqual(undone);
    expectOneTrace(caller);
  });

  it("that goes on after SIGKILL, where its spans are marked as recovered", async () => {
    await fault("payments", { route: "POST /payments", fault: "delay", delay_ms: 3_000, times: 1 });
    const caller = callerSpan();
    const id = await order(caller, { prefer: "respond-async" });
    await soon(() => stateOf(id)).toBe("CREATING_PAYMENT");
    const before = ["orchestrator: POST /saga/order", "  start order", "    run read-amount 1 forward done"];
    await soon(() => treeOf(caller)).toEqual(expect.arrayContaining(before));
    await stack.orchestrator.stop("SIGKILL");
    await stack.restartOrchestrator();
    await soon(() => treeOf(caller)).toContain("    order completed completed recovered");
    const [requested, started, ended, ...rest] = treeOf(caller);
    expect([requested, started, ended, ...rest.slice(0, 7)]).toEqual([
      "orchestrator: POST /saga/order",
      "  start order",
      "    order completed completed recovered",
      ...completed.slice(3, 9),
      "    resume order recovered",
    ]);
    // A span is exported when it ends: that of the first attempt, which the kill cut, is lost. Until its call is over, Payments refuses its key.
    const attempts = rest.slice(7).filter((line) => !line.endsWith("mock-payments: POST /payments"));
    const { length } = attempts;
    expect(length).toBeGreaterThan(0);
    const numbered = attempts.map((_line, index) => `    run create-payment ${index + 2} forward`);
    const outcomes = attempts.map((_line, index) => (index === length - 1 ? "done recovered" : "unknown recovered !"));
    expect(attempts).toEqual(numbered.map((line, index) => `${line} ${outcomes[index]}`));
    expect(rest).toHaveLength(7 + 2 * length);
    expectOneTrace(caller);
  });

  it("to which a person's repair is linked, and which links back to it", async () => {
    await refuseUser();
    await fault("storeManager", { route: "DELETE /orders/{order_id}", fault: "status", status: 400, times: 1 });
    const caller = callerSpan();
    const id = await order(caller);
    await soon(() => treeOf(caller)).toContain("    order needs_intervention needs_intervention !");
    const person = callerSpan();
    const resolution = { step: "create-order", applied: true, by: `${CANARY}-ada`, note: `${CANARY}-note` };
    await call(`${stack.orchestrator.url}/sagas/${id}/resolve`, saga, resolution, { traceparent: person.traceparent });
    await soon(() => treeOf(person)).toEqual(["orchestrator: POST /sagas/{saga_id}/resolve", "  resolve order true"]);
    await soon(() => treeOf(caller)).toContain("    resolve recorded true");
    await soon(() => treeOf(caller)).toContain("    order cancelled cancelled create-payment");
    const one = (spans: readonly ReceivedSpan[], wanted: string) => spans.find(({ name }) => name === wanted);
    const anchor = one(receiver.trace(caller.traceId), "start order");
    const repair = one(receiver.trace(person.traceId), "resolve order");
    const recorded = one(receiver.trace(caller.traceId), "resolve recorded");
    expect(repair?.links).toEqual([{ traceId: caller.traceId, spanId: anchor?.spanId }]);
    expect(recorded?.links).toEqual([{ traceId: person.traceId, spanId: repair?.spanId }]);
    expectOneTrace(caller);
    expectOneTrace(person);
  });
});

describe("a saga whose trace its caller does not sample", () => {
  it("has no span in any service, and those of the next one are all there", async () => {
    stack = await Stack.start({ tracesTo: receiver.url });
    const [unsampled, caller] = [callerSpan("00"), callerSpan()];
    await order(unsampled);
    await order(caller);
    await soon(() => treeOf(caller)).toEqual(completed);
    expect(treeOf(unsampled)).toEqual([]);
  });
});

describe("a call on a connection of its own, which Deno's fetch makes", () => {
  it("is a span of Deno's between the attempt and the participant, so that the participant gets one traceparent", async () => {
    stack = await Stack.start({ tracesTo: receiver.url, keyed: false });
    const caller = callerSpan();
    await order(caller);
    const line = "    run create-payment 1 forward done";
    await soon(() => treeOf(caller)).toContain(line);
    const tree = treeOf(caller);
    expect(tree.slice(tree.indexOf(line))).toEqual([line, "      POST", "        mock-payments: POST /payments"]);
    expectOneTrace(caller);
  });
});

describe("on Restate", () => {
  let node: RestateNode;

  beforeAll(async () => {
    node = await RestateNode.start();
  }, 60_000);
  afterAll(() => node.stop());
  beforeEach(async () => {
    stack = await Stack.start({ tracesTo: receiver.url, restate: node });
  });

  it("a saga has the same trace when it completes", async () => {
    const caller = callerSpan();
    await order(caller);
    await soon(() => treeOf(caller)).toEqual(completed);
    expectOneTrace(caller);
  });

  it("a saga has the same trace when it is undone", async () => {
    await refuseUser();
    const caller = callerSpan();
    await order(caller);
    await soon(() => treeOf(caller)).toEqual(undone);
    expectOneTrace(caller);
  });
});
