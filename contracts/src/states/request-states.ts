import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Reply, send } from "../http.ts";
import { type ProviderStates, StateError, sendFor, setFault, state, type Values } from "./state.ts";
import { until } from "./until.ts";

const request = z.object({ key: z.string(), method: z.string(), path: z.string(), body: z.unknown().optional() });

/** Longer than any interaction. A reset ends it. */
const UNDER_WAY_MS = 600_000;

/** States of any service that concern requests: earlier ones, and the handling of the next ones. */
export const requestStates: ProviderStates = {
  "the key was never used": state(z.object({}), async () => ({ values: { key: randomUUID() } })),

  "the request was answered": state(request, async ({ method, path, body, ...named }, { provider, nonce }) => {
    const key = ownKey(named.key, nonce);
    const repeat = () => send(`${provider}${path}`, method, { key, body });
    const first = await repeat();
    // The existing services refuse with 500 and an error text.
    if (first.status >= 500 && !refusal.safeParse(first.body).success) {
      throw new StateError(`${method} ${path} was answered ${first.status} ${first.text}`);
    }
    return {
      values: { ...scalarsOf(first.body), key },
      check: async () => {
        const before = await stateOf(provider);
        expectSame(key, first, await repeat());
        if ((await stateOf(provider)) !== before) throw new StateError(`the key ${key} had a second effect`);
      },
    };
  }),

  "the request is under way": state(
    request.extend({ route: z.string() }),
    async ({ method, path, body, route, ...named }, { provider, nonce }) => {
      const key = ownKey(named.key, nonce);
      await setFault(provider, { route, fault: "delay", delay_ms: UNDER_WAY_MS, times: 1 });
      // The reply is ignored: a reset cuts it.
      send(`${provider}${path}`, method, { key, body }).catch(() => undefined);
      // A fault disappears when its request arrives.
      const faults = z.object({ faults: z.array(z.unknown()) });
      await until("the first request had arrived", async () => {
        return (await sendFor(faults, `${provider}/control/faults`, "GET")).faults.length === 0;
      });
      return { values: { key } };
    },
    "control",
  ),

  "the service is overloaded": state(
    z.object({ route: z.string(), retry_after_s: z.int() }),
    async ({ route, retry_after_s }, { provider }) => {
      await setFault(provider, { route, fault: "status", status: 503, retry_after_s });
      return {};
    },
    "control",
  ),

  "the database fails": state(
    z.object({ route: z.string(), status: z.int(), error: z.string(), is_after_commit: z.boolean() }),
    async ({ route, status, error, is_after_commit }, { provider }) => {
      await setFault(provider, { route, fault: is_after_commit ? "status_after" : "status", status, error });
      return {};
    },
    "control",
  ),
};

const refusal = z.object({ error: z.string() });

/** The data of the service, if it is a mock; otherwise an empty text. */
async function stateOf(provider: string): Promise<string> {
  const { status, text } = await send(`${provider}/control/state`, "GET");
  return status === 200 ? text : "";
}

/** Makes the key of a pact unique for each interaction, because a service may remember those of the last verification. */
function ownKey(name: string, nonce: string): string {
  return `${name}/${nonce}`;
}

/** The first answer to a key stays the answer (rule 2). A pact cannot express that for an id that only the provider knows. */
function expectSame(key: string, first: Reply, again: Reply): void {
  const [one, other] = [first, again].map(({ status, text }) => `${status} ${text}`);
  if (one === other) return;
  throw new StateError(`the key ${key} was first answered ${one}, and then ${other}`);
}

const members = z.record(z.string(), z.unknown()).catch({});
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The values that a reply gives to later states, for example the id of a new order. */
function scalarsOf(body: unknown): Values {
  const values: Record<string, string | number | boolean> = {};
  for (const [name, member] of Object.entries(members.parse(body))) {
    const { data } = scalar.safeParse(member);
    if (data !== undefined) values[name] = data;
  }
  return values;
}
