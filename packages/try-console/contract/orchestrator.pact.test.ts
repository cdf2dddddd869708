import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MatchersV3 } from "@pact-foundation/pact";
import {
  type ContractRequest,
  type Interaction,
  pactBetween,
  parameterFrom,
  pathFrom,
  type State,
  valueFrom,
} from "test-kit/pact";
import { describe, expect, it } from "vitest";
import { clientAt, liveAt } from "./client-at.ts";

const { boolean, eachLike, integer, like, nullValue, regex, uuid } = MatchersV3;

/** What the page needs from the orchestrator. The streams that never end are tried in a browser alone. */
const pact = pactBetween("console", "orchestrator");

type Client = Awaited<ReturnType<typeof clientAt>>;

const sagaId = "01a2045e-ab1b-7448-b05d-dd73caf5d5d8";
const order = { user_id: 1, product_id: 1, quantity: 2 };
const anId = { example: sagaId, pattern: "[0-9a-f-]{36}" };
const note = "Looked at the Store Manager.";

/** Calls of the client that have an interaction. */
const called = new Set<string>();

interface Asked extends Omit<Interaction, "call" | "make"> {
  readonly make: (client: Client) => Promise<object>;
}

/** An interaction of one call of the client; a refusal is its outcome, too. */
function asks(call: keyof Client, description: string, { make, ...interaction }: Asked): void {
  called.add(call);
  pact(description, {
    call,
    ...interaction,
    make: async (url) => await make(await clientAt(url)).catch((refusal: unknown) => ({ refusal })),
  });
}

const needsHuman: State = ["an order needs a human", order];
const waits: State = ["an order waits for its payment", order];
const problem = { "Content-Type": "application/problem+json" };
const instant = regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, "2026-11-22T12:00:00.000Z");

const below = (route: string) => pathFrom("saga_id", (id) => `/sagas/${id}${route}`, anId);

const requested = (route: string, body: NonNullable<ContractRequest["body"]>): ContractRequest => ({
  method: "POST",
  path: below(`/${route}`),
  body,
});

const step = (name: string, status: string) => ({ step: name, status, attempts: integer(1) });
const refusedStep = (name: string, status: string) => ({
  ...step(name, status),
  last_error: { outcome: "rejected", reason: like("409 in use") },
});

const members = {
  saga_id: uuid(sagaId),
  definition: like("order"),
  version: integer(2),
  state: like("CANCELLING_ORDER"),
  direction: like("compensating"),
  input: like({ user_id: 1 }),
  data: like({ order_id: 1 }),
  created_at: instant,
  updated_at: instant,
};
const anyStatus = regex(/^(running|completed|cancelled|needs_intervention)$/, "running");
const anySaga = { ...members, status: anyStatus, steps: eachLike({ step: like("create-order"), status: like("done") }) };
const troubled = {
  ...members,
  status: "needs_intervention",
  explanation: like("store-manager refused undoing the step create-order."),
  steps: [
    refusedStep("create-order", "undoing"),
    step("decrease-stock", "undone"),
    step("read-amount", "done"),
    refusedStep("create-payment", "rejected"),
  ],
};

describe("GET /sagas", () => {
  asks("readSagas", "the list of the sagas that need a human", {
    reply: "sagas",
    given: [needsHuman],
    request: { method: "GET", path: "/sagas", query: { status: "needs_intervention", limit: "200" } },
    response: {
      status: 200,
      body: { items: eachLike({ ...anySaga, status: "needs_intervention" }), next_cursor: nullValue() },
    },
    make: (client) => client.readSagas(new URLSearchParams({ status: "needs_intervention", limit: "200" })),
    outcome: { items: [{ saga_id: sagaId, status: "needs_intervention" }], next_cursor: null },
  });
});

describe("GET /sagas/{saga_id}", () => {
  asks("readSaga", "a read of a saga that needs a human", {
    reply: "saga",
    given: [needsHuman],
    request: { method: "GET", path: below("") },
    response: { status: 200, body: troubled },
    make: (client) => client.readSaga(sagaId),
    outcome: {
      status: "needs_intervention",
      steps: [{ step: "create-order", status: "undoing", last_error: { outcome: "rejected" } }, {}, {}, {}],
    },
  });

  asks("readSaga", "a look at a saga that never existed", {
    reply: "problem",
    given: [],
    request: { method: "GET", path: `/sagas/${sagaId}` },
    response: {
      status: 404,
      headers: problem,
      body: { type: "not-found", title: like("Nothing was found."), status: 404, detail: like(`There is no saga ${sagaId}.`) },
    },
    make: (client) => client.readSaga(sagaId),
    outcome: { refusal: { status: 404, problem: { type: "not-found" } } },
  });
});

describe("GET /sagas/{saga_id}/events", () => {
  asks("readEvents", "the whole history of a saga that needs a human", {
    reply: "events",
    given: [needsHuman],
    request: { method: "GET", path: below("/events"), query: { limit: "200", after: "0" } },
    response: {
      status: 200,
      body: {
        items: eachLike({ seq: integer(1), type: like("started"), at: instant, data: { state: like("CREATING_ORDER") } }),
        next_after: nullValue(),
      },
    },
    make: async (client) => ({ events: await client.readEvents(sagaId) }),
    outcome: { events: [{ seq: 1, type: "started", data: { state: "CREATING_ORDER" } }] },
  });

  pact("the stream of the history of a saga that has ended", {
    call: "Live",
    reply: "stream",
    given: [["an order was fulfilled", order]],
    request: { method: "GET", path: below("/events"), headers: { Accept: "text/event-stream" } },
    response: { status: 200, headers: { "Content-Type": regex(/^text\/event-stream/, "text/event-stream") } },
    make: async (url) => {
      const { Live } = await liveAt(url);
      const ended = Promise.withResolvers<void>();
      const live = new Live({ path: `sagas/${sagaId}/events`, onMessage: () => undefined, onRefresh: ended.resolve });
      await ended.promise;
      live.stop();
      return { state: live.state.value };
    },
    outcome: { state: "live" },
  });
});

describe("GET /sagas/{saga_id}/choices", () => {
  const choice = (name: string, calls: unknown) => ({
    choice: name,
    allowed: true,
    consequence: { calls, status: "cancelled", state: "CANCELLED" },
  });

  asks("readChoices", "what may be done about an order that could not be undone", {
    reply: "choices",
    given: [needsHuman],
    request: { method: "GET", path: below("/choices") },
    response: {
      status: 200,
      body: {
        items: [
          { choice: "cancel", allowed: boolean(true) },
          choice("retry", [{ step: "create-order", action: "rollback" }]),
          choice("applied", []),
          choice("not-applied", [{ step: "create-order", action: "rollback" }]),
        ],
      },
    },
    make: async (client) => ({ items: await client.readChoices(sagaId) }),
    outcome: { items: [{ choice: "cancel" }, { choice: "retry", allowed: true }, { consequence: { calls: [] } }, {}] },
  });
});

describe("POST /sagas/{saga_id}/…", () => {
  const accepted = (body: object) => ({ status: 202, body });

  asks("perform", "a cancel of an order that waits for its payment", {
    reply: "saga",
    given: [waits],
    request: requested("cancel", { note }),
    response: accepted(anySaga),
    make: (client) => client.perform(sagaId, { route: "cancel", body: { note } }),
    outcome: { saga_id: sagaId },
  });

  asks("perform", "the end of a wait", {
    reply: "saga",
    given: [waits],
    request: requested("end-wait", { step: "await-payment", note }),
    response: accepted(anySaga),
    make: (client) => client.perform(sagaId, { route: "end-wait", body: { step: "await-payment", note } }),
    outcome: { saga_id: sagaId },
  });

  asks("perform", "a retry of an order that could not be undone", {
    reply: "saga",
    given: [needsHuman],
    request: requested("retry", { note }),
    response: accepted(anySaga),
    make: (client) => client.perform(sagaId, { route: "retry", body: { note } }),
    outcome: { saga_id: sagaId },
  });

  asks("perform", "the answer that an order was undone", {
    reply: "saga",
    given: [needsHuman],
    request: requested("resolve", { step: "create-order", applied: true, note }),
    response: { status: 200, body: { ...anySaga, status: "cancelled" } },
    make: (client) => client.perform(sagaId, { route: "resolve", body: { step: "create-order", applied: true, note } }),
    outcome: { status: "cancelled" },
  });

  asks("perform", "the acknowledgement of a payment that came too late", {
    reply: "saga",
    given: [
      ["an order was undone because nobody paid", order],
      ["the order was paid all the same", { saga_id: parameterFrom("saga_id") }],
    ],
    request: requested("acknowledge", { note }),
    response: { status: 200, body: { ...anySaga, status: "cancelled" } },
    make: (client) => client.perform(sagaId, { route: "acknowledge", body: { note } }),
    outcome: { status: "cancelled" },
  });

  asks("perform", "a cancel of an order that is done", {
    reply: "refused",
    given: [["an order was fulfilled", order]],
    request: requested("cancel", { note }),
    response: {
      status: 409,
      headers: problem,
      body: { type: "operation-refused", title: like("The saga does not allow it."), status: 409, detail: like("It has ended.") },
    },
    make: (client) => client.perform(sagaId, { route: "cancel", body: { note } }),
    outcome: { refusal: { status: 409, problem: { type: "operation-refused" } } },
  });

  asks("perform", "an answer without a note", {
    reply: "invalid",
    given: [needsHuman],
    request: requested("resolve", { step: "create-order", applied: true, note: "" }),
    response: {
      status: 422,
      headers: problem,
      body: {
        type: "invalid-request",
        title: like("The request is not valid."),
        status: 422,
        detail: like("/note must have 1 to 1,000 characters"),
        errors: eachLike({ pointer: "/note", detail: like("must have 1 to 1,000 characters") }),
      },
    },
    make: (client) => client.perform(sagaId, { route: "resolve", body: { step: "create-order", applied: true, note: "" } }),
    outcome: { refusal: { status: 422, problem: { errors: [{ pointer: "/note" }] } } },
  });
});

describe("GET /overview", () => {
  asks("readOverview", "what the open sagas are at", {
    reply: "overview",
    given: [needsHuman],
    request: { method: "GET", path: "/overview" },
    response: {
      status: 200,
      body: {
        open: eachLike({
          definition: like("order"),
          phase: like("needs_intervention"),
          count: integer(1),
          oldest_since: instant,
        }),
        since: instant,
        minutes: eachLike({ at: instant, started: integer(1), completed: integer(0) }),
        participants: eachLike({ participant: like("store-manager"), circuit: like("closed") }),
      },
    },
    make: (client) => client.readOverview(),
    outcome: {
      open: [{ phase: "needs_intervention", count: 1 }],
      minutes: [{ started: 1 }],
      participants: [{ circuit: "closed" }],
    },
  });
});

describe("POST /sagas/…", () => {
  const body = { step: "create-order", applied: true, note };
  const item = { saga_id: uuid(sagaId), accepted: true };
  const items = (members: object) => ({ status: 200, body: { items: [{ ...item, ...members }] } });
  const request = { route: "resolve", ids: [sagaId], body } as const;

  asks("previewBulk", "what an answer to several orders would do", {
    reply: "preview",
    given: [needsHuman],
    request: {
      method: "POST",
      path: "/sagas/resolve",
      body: { ...body, saga_ids: [valueFrom("saga_id", sagaId)], preview: true },
    },
    response: {
      status: 200,
      body: { items: [{ ...item, consequence: { calls: [], status: "cancelled", state: "CANCELLED" } }], token: like("a token") },
    },
    make: (client) => client.previewBulk(request),
    outcome: { items: [{ accepted: true, consequence: { status: "cancelled" } }], token: "a token" },
  });

  asks("performBulk", "an answer to several orders, as it was previewed", {
    reply: "result",
    given: [needsHuman, ["the answer to the order was previewed", { saga_id: parameterFrom("saga_id"), ...body }]],
    request: {
      method: "POST",
      path: "/sagas/resolve",
      body: { ...body, saga_ids: [valueFrom("saga_id", sagaId)], token: valueFrom("token", "a token") },
    },
    response: items({ event_seq: integer(9) }),
    make: (client) => client.performBulk(request, "a token"),
    outcome: { items: [{ accepted: true, event_seq: 9 }] },
  });
});

describe("POST /sagas/{saga_id}/signals/{step}", () => {
  const paid = { is_paid: true };

  asks("previewSignal", "what a signal would be", {
    reply: "preview",
    given: [["an order waits for its payment, and is cancelled after the request", order]],
    request: requested("signals/await-payment/preview", paid),
    response: { status: 200, body: { signal: "taken" } },
    make: (client) => client.previewSignal(sagaId, "await-payment", paid),
    outcome: { signal: "taken" },
  });

  asks("sendSignal", "a signal of a person", {
    reply: "signal",
    given: [waits],
    request: requested("signals/await-payment", paid),
    response: { status: 202, body: { signal: "taken", event_seq: integer(9) } },
    make: (client) => client.sendSignal(sagaId, "await-payment", paid),
    outcome: { signal: "taken", event_seq: 9 },
  });
});

describe("/definitions", () => {
  const definition = {
    definition: like("order"),
    version: integer(2),
    states: eachLike("CREATING_ORDER"),
    steps: eachLike({
      step: like("create-order"),
      kind: like("compensatable"),
      participant: like("store-manager"),
      keyed: boolean(true),
    }),
    transitions: eachLike({ from: like("CREATING_ORDER"), event: like("OrderCreated"), to: like("DECREASING_STOCK") }),
  };

  asks("readDefinitions", "the definitions, with their steps and arrows", {
    reply: "definitions",
    given: [],
    request: { method: "GET", path: "/definitions" },
    response: { status: 200, body: { items: eachLike(definition) } },
    make: async (client) => ({ items: await client.readDefinitions() }),
    outcome: { items: [{ definition: "order", steps: [{ kind: "compensatable" }], transitions: [{ event: "OrderCreated" }] }] },
  });

  asks("setPause", "a pause of a definition", {
    reply: "paused",
    given: [["the definition starts sagas", { definition: "order" }]],
    request: { method: "POST", path: "/definitions/order/pause", body: { note } },
    response: { status: 200, body: { ...definition, paused: { since: instant, note } } },
    make: (client) => client.setPause("order", true, { note }),
    outcome: { definition: "order", paused: { note } },
  });

  asks("setPause", "the end of the pause of a definition", {
    reply: "resumed",
    given: [["the definition is paused", { definition: "order" }]],
    request: { method: "POST", path: "/definitions/order/resume" },
    response: { status: 200, body: definition },
    make: (client) => client.setPause("order", false, {}),
    outcome: { definition: "order" },
  });
});

/** What calls the orchestrator by another call alone, or asks the host of the page, which is of one package with it. */
const others: Readonly<Record<string, string>> = {
  readSession: "the host of the page",
  signIn: "the host of the page",
  signOut: "the host of the page",
  learnWho: "readSession",
  leave: "signOut",
  read: "what each call makes",
  readRegistered: "readDefinitions",
  readAllVersions: "readDefinitions",
};

const api = fileURLToPath(new URL("../../saga-console/src/app/api/", import.meta.url));

it("has an interaction of each call that the page makes", async () => {
  await clientAt("http://127.0.0.1:1");
  const files = readdirSync(api).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const modules: readonly object[] = await Promise.all(files.map(async (file) => Object(await import(join(api, file)))));
  const calls = modules.flatMap((module) => Object.entries(module)).filter(([, value]) => isAsync(value));
  expect(calls.length).toBeGreaterThan(called.size);
  expect(new Set(calls.map(([name]) => name))).toEqual(new Set([...called, ...Object.keys(others)]));
});

function isAsync(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AsyncFunction]";
}
