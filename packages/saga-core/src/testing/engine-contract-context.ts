import type { ContextSchemas } from "../definition/context.ts";
import { type Schema, SchemaError } from "../definition/schema.ts";
import { SignalRefused } from "../ports/signals.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { DEFINITION, type MakeEngine, refusalOf, runOne } from "./engine-scene.ts";
import type { StepScript } from "./scripted-saga.ts";

function textThat(is: (value: string | undefined) => boolean, message: string): Schema<string | undefined> {
  return {
    "~standard": {
      version: 1,
      vendor: "saga-core",
      validate: (value) => {
        const isText = (value === undefined || typeof value === "string") && is(value);
        return isText ? { value } : { issues: [{ message }] };
      },
    },
  };
}

const optional = textThat(() => true, "must be a text");
const region = textThat((value) => value === "eu" || value === "us", 'must be "eu" or "us"');
const context: ContextSchemas = { tenant: optional, user: optional, headers: { "x-region": region } };
const inEurope = { headers: { "x-region": "eu" } };

/** A correlation by which a signal finds the saga. */
const waiting: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "paid", kind: "lasting", wait: { waitMs: 360_000_000, onTimeout: "turn-back", correlation: "ref" } },
  { step: "ship", kind: "pivot" },
];

async function whyRefused(signal: Promise<unknown>): Promise<string> {
  try {
    await signal;
    return "accepted";
  } catch (error) {
    if (error instanceof SignalRefused) return error.refusal;
    throw error;
  }
}

function membersOf(error: Error): readonly string[] {
  return error.cause instanceof SchemaError ? error.cause.issues.map(({ path = [] }) => path.join(".")) : [];
}

/** What every engine tells its handlers of the caller, and how it keeps tenants apart. */
export const contextCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "tells each attempt its saga, its step, its number and the caller's context, also while it is undone",
    check: async (make) => {
      const scene = { context, faults: { "order/run": ["unavailable"], "pay/run": ["rejected"] } } as const;
      const { engine, rest, world } = await make(scene);
      const given = { tenant: "acme", user: "ada", headers: { "x-region": "us" } };
      const { id } = await engine.start({ definition: DEFINITION, input: {}, context: given });
      expectSame((await rest(id)).context, given, "what is recorded");
      const seen = world.attempts.map(({ key, sagaId, definition, step, number, context: told }) => {
        expectSame([sagaId, definition, told], [id, DEFINITION, given], `the attempt ${key}`);
        return `${key.slice(id.length + 1).replace(/^[^/]*/, step)} ${number}`;
      });
      const undone = ["stock/rollback 1", "order/rollback 1"];
      expectSame(seen, ["order/run 1", "order/run 2", "stock/run 1", "pay/run 1", ...undone], "the attempts");
    },
  },
  {
    name: "tells the attempts no context where the start has none",
    check: async (make) => {
      const { world, saga } = await runOne(make, {});
      expectSame([saga.context, ...world.attempts.map((attempt) => attempt.context)], Array(5).fill(undefined), "contexts");
    },
  },
  {
    name: "refuses a context that does not fit what the definition takes, by its members, and calls no participant for it",
    check: async (make) => {
      const { engine, world } = await make({ context: { headers: context.headers ?? {} } });
      const refused = async (given: unknown) => {
        const error = await refusalOf(engine.start({ definition: DEFINITION, input: {}, context: given }));
        expectSame(error.refusal, "invalid-context", "refusal");
        return membersOf(error);
      };
      expectSame(await refused(undefined), ["context.headers.x-region"], "a member that is needed");
      expectSame(await refused({ headers: { "x-region": "mars" } }), ["context.headers.x-region"], "another text");
      expectSame(await refused({ ...inEurope, tenant: "acme" }), ["context.tenant"], "a member that is not declared");
      const more = { headers: { "x-region": "eu", "x-more": "1" } };
      expectSame(await refused(more), ["context.headers.x-more"], "a header that is not declared");
      for (const bad of ["", "a\0b", "\ud800", "x".repeat(256), 7, null])
        expectSame(await refused({ headers: { "x-region": bad } }), ["context.headers.x-region"], `no text: ${bad}`);
      expectSame(await refused("acme"), ["context"], "no object");
      expectSame(await refused({ headers: ["eu"] }), ["context.headers"], "headers that are no object");
      expectSame(world.calls, [], "calls");
    },
  },
  {
    name: "starts one saga for a key of each tenant, and gives it again whatever else of the context differs",
    check: async (make) => {
      const { engine } = await make({ context });
      const start = async (tenant: string, seat = 1, user = "ada") => {
        const given = { tenant, user, ...inEurope };
        const request = { definition: DEFINITION, input: { seat }, idempotencyKey: "k", context: given };
        const { id, accepted } = await engine.start(request);
        await accepted;
        return id;
      };
      const [acme, other] = [await start("acme"), await start("globex", 2)];
      expectSame(acme === other, false, "the sagas of two tenants are one");
      expectSame(await start("acme", 1, "grace"), acme, "the same again, for another user");
      expectSame((await refusalOf(start("acme", 2))).refusal, "key-reused", "another body");
    },
  },
  {
    name: "gives the saga of a key that was recorded without a tenant to the same start, and starts one for another",
    check: async (make) => {
      const { engine } = await make({ context });
      const start = async (seat: number, tenant?: string) => {
        const given = { ...inEurope, ...(tenant !== undefined && { tenant }) };
        const request = { definition: DEFINITION, input: { seat }, idempotencyKey: "k", context: given };
        const { id, accepted } = await engine.start(request);
        await accepted;
        return id;
      };
      const first = await start(1);
      expectSame(await start(1, "acme"), first, "the same start, now with a tenant");
      const another = await start(2, "globex");
      expectSame(another === first, false, "another start has the saga of the first");
      expectSame(await start(2, "globex"), another, "that one again");
      expectSame(await start(1), first, "the first one again");
    },
  },
  {
    name: "starts one saga for a key of each owner, and gives one that was recorded in a wider scope to the same start only",
    check: async (make) => {
      const { engine } = await make({ context });
      const start = async (seat: number, who: { readonly owner?: string; readonly tenant?: string }) => {
        const { owner, tenant } = who;
        const given = { ...inEurope, ...(tenant !== undefined && { tenant }) };
        const request = { definition: DEFINITION, input: { seat }, idempotencyKey: "k", context: given };
        const { id, accepted } = await engine.start({ ...request, ...(owner !== undefined && { owner }) });
        await accepted;
        return id;
      };
      const nobodys = await start(1, {});
      const acmes = await start(2, { tenant: "acme" });
      expectSame(await start(1, { owner: "ada" }), nobodys, "a key that was recorded without a scope");
      expectSame(await start(2, { owner: "ada", tenant: "acme" }), acmes, "one that was recorded for the tenant");
      const own = [await start(3, { owner: "ada", tenant: "acme" }), await start(4, { owner: "alan", tenant: "acme" })];
      expectSame(new Set([nobodys, acmes, ...own]).size, 4, "sagas");
      expectSame(await start(3, { owner: "ada" }), own[0], "the same owner's again");
      expectSame((await refusalOf(start(4, { owner: "ada" }))).refusal, "key-reused", "with another body");
      expectSame((await engine.get(own[1] ?? ""))?.saga.owner, "alan", "who owns it");
      // An owner who is named as a tenant is another scope.
      const other = await start(5, { owner: "acme" });
      expectSame([nobodys, acmes, ...own].includes(other), false, "the owner of a tenant's name has its saga");
    },
  },
  {
    name: "shows a saga of a tenant to the signals of that tenant only, by its id and by its correlation",
    check: async (make) => {
      const { engine, rest } = await make({ context, steps: waiting });
      const started = async (tenant?: string) => {
        const given = { ...inEurope, ...(tenant !== undefined && { tenant }) };
        const { id, accepted } = await engine.start({ definition: DEFINITION, input: { ref: "A-1" }, context: given });
        await accepted;
        return id;
      };
      const [acme, globex, nobody] = [await started("acme"), await started("globex"), await started()];
      const yes = { paid: 1 };
      for (const sender of [{}, { tenant: "globex" }, { tenant: "ac" }])
        expectSame(await whyRefused(engine.signal(acme, "paid", yes, sender)), "not-found", JSON.stringify(sender));
      const found = async (tenant?: string) => {
        const { saga } = await engine.signalBy(DEFINITION, "paid", "A-1", yes, tenant === undefined ? {} : { tenant });
        return saga.id;
      };
      expectSame([await found("globex"), await found(), await found("acme")], [globex, nobody, acme], "by correlation");
      // A sender of a tenant finds what has none; a correlation that looks like another tenant's is another one.
      expectSame(await found("initech"), nobody, "by another tenant");
      expectSame(await whyRefused(engine.signalBy(DEFINITION, "paid", "acme\u001fA-1", yes)), "correlation-unknown", "forged");
      for (const id of [acme, globex, nobody]) expectSame((await rest(id)).phase.name, "completed", "its end");
    },
  },
];
