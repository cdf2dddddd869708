import { orderSagaOf } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import {
  answering,
  type CallName,
  callNamed,
  callNames,
  outcomeOf,
  outcomeTable,
  ScriptedParticipant,
  type TableRow,
} from "orchestrator/testing";
import { callHandler } from "saga-core/engine";
import { sampleAttempt } from "saga-core/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kindOf, type PactInteraction, readPacts } from "./pact.ts";
import { pactsDirectory } from "./paths.ts";
import { exampleReply, readReply } from "./same-outcome.ts";

let participant: ScriptedParticipant;

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
});
beforeEach(() => participant.reset());
afterAll(() => participant.stop());

const interactions = readPacts(pactsDirectory)
  .filter(({ consumer }) => consumer.startsWith("orchestrator"))
  .flatMap((pact) => pact.interactions.map((interaction) => ({ kind: kindOf(pact), provider: pact.provider, interaction })));

/** Sends the reply in a pact to the client. */
async function replay(call: CallName, interaction: PactInteraction) {
  return await readReply(participant, call, exampleReply(interaction));
}

const isOf = (call: CallName) => (one: (typeof interactions)[number]) => {
  return one.interaction.comments.call === call && one.provider === callNamed[call].participant;
};

/** What a rollback is told. */
const turn = { cause: "cancelled", step: "create-payment", reason: "it was cancelled" } as const;

describe("each action of each handler", () => {
  const url = "http://127.0.0.1:1";
  const { handlers } = orderSagaOf(readConfig({ STORE_MANAGER_URL: url, PAYMENTS_URL: url }));
  const steps = handlers.flatMap(({ step, kind }) => [
    { step, action: "run" as const },
    ...(kind === "compensatable" ? [{ step, action: "rollback" as const }] : []),
  ]);

  it.for(steps)("$step/$action makes only calls that are in the outcome table", async ({ step, action }) => {
    participant.answer = (response, request) => {
      const routes = callNames.map((name) => callNamed[name]);
      const call = routes.find(({ route }) => route === routeOf(request.method ?? "", request.url ?? ""));
      answering(call?.promised ?? { status: 599 })(response, request);
    };
    const config = readConfig({ STORE_MANAGER_URL: participant.url, PAYMENTS_URL: participant.url });
    const handler = orderSagaOf(config).handlers.find((one) => one.step === step);
    const data = { user_id: 1, items: [{ product_id: 1, quantity: 2 }], order_id: 7, total_amount: 99.53 };
    const outcome = handler && (await callHandler(handler, action, data, { ...sampleAttempt(), turn }));
    // Only promised replies of the table give `done`. A call that is not in the table was answered 599.
    expect(outcome).toMatchObject({ outcome: "done" });
    expect(participant.requests.length).toBeGreaterThan(0);
  });

  const routeOf = (method: string, path: string) => `${method} ${path.replace(/\d+/, "{}")}`;
});

describe("each reply that a provider can promise", () => {
  const promised: TableRow = { reply: "promised", sent: { status: 0 }, outcome: "done", contract: "base" };
  const promises = callNames.flatMap((call) =>
    [promised, { ...promised, contract: "keyed" as const }, ...outcomeTable].flatMap((row) => {
      const outcome = row.reply === "promised" ? "done" : outcomeOf(row, call);
      // A read carries no key.
      const isContract = row.contract !== undefined && !(row.contract === "keyed" && callNamed[call].isRead);
      return isContract && outcome !== undefined ? [{ call, reply: row.reply, contract: row.contract, outcome }] : [];
    }),
  );

  it.for(promises)(
    "is in the $contract pact, and the client reads it as $outcome: $reply to $call",
    async ({ call, reply, contract, outcome }) => {
      const found = interactions.filter(
        (one) => isOf(call)(one) && one.kind === contract && one.interaction.comments.reply === reply,
      );
      expect(found.length, `the ${contract} pact has no interaction of ${call} for: ${reply}`).toBeGreaterThan(0);
      for (const { interaction } of found) expect((await replay(call, interaction)).outcome).toBe(outcome);
    },
  );

  it.for(interactions)("is in the outcome table: $interaction.description ($kind)", ({ interaction }) => {
    const { call, reply } = interaction.comments;
    expect(callNames).toContain(call);
    expect(["promised", ...obligations.keyed, ...outcomeTable.map((row) => row.reply)]).toContain(reply);
  });
});

/** Obligations of a provider that no single reply shows. */
const obligations = { keyed: ["the same refusal", "no second effect", "an effect"] };

describe("each obligation of a keyed participant", () => {
  it.for<[CallName, string]>([
    ["createOrder", "the same refusal"],
    ["decreaseStock", "the same refusal"],
    ["createPayment", "the same refusal"],
    ["decreaseStock", "no second effect"],
    ["increaseStock", "no second effect"],
    ["decreaseStock", "an effect"],
    ["increaseStock", "an effect"],
  ])("has an interaction in the keyed pact: %s, %s", ([call, reply]) => {
    const kept = interactions.filter(
      (one) => isOf(call)(one) && one.kind === "keyed" && one.interaction.comments.reply === reply,
    );
    expect(kept).not.toEqual([]);
  });
});

describe("each answer that the web client distinguishes", () => {
  const answers = readPacts(pactsDirectory)
    .filter(({ consumer }) => consumer === "web-client")
    .flatMap((pact) => pact.interactions.map(({ comments: { call, reply } }) => `${call}: ${reply}`));

  it.for([
    "placeOrder: created",
    "placeOrder: created before",
    "placeOrder: refused",
    "placeOrder: refused, and undone",
    "placeOrder: unavailable",
    "placeOrder: pending",
    "placeOrder: problem",
    "saga: completed",
    "saga: problem",
    "history: events",
    "signal: accepted",
    "signal: late",
    "signal: not taken",
    "signal: problem",
  ])("has an interaction: %s", (answer) => {
    expect(answers).toContain(answer);
  });
});

describe("each outcome that a client distinguishes", () => {
  // An amount that a double cannot hold is refused. The column of the existing service has ten digits, so no provider can promise one.
  const isUnpromised = (call: CallName, outcome: string) => call === "readTotalAmount" && outcome === "rejected";

  it.for(callNames)("is in a pact for %s", async (call) => {
    const distinguished = new Set(["done", ...outcomeTable.map((row) => outcomeOf(row, call))]);
    const contracted = new Set<string>();
    for (const { interaction } of interactions.filter(isOf(call))) contracted.add((await replay(call, interaction)).outcome);
    const missing = [...distinguished].filter(
      (outcome) => outcome !== undefined && !contracted.has(outcome) && !isUnpromised(call, outcome),
    );
    expect(missing).toEqual([]);
  });
});
