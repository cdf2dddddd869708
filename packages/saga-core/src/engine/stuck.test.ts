import { describe, expect, it } from "vitest";
import type { Attempt } from "../definition/attempt.ts";
import { OperationRefused, StartRefused } from "../ports/engine.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import type { Fault } from "../testing/scripted-world.ts";
import { statusOf } from "../transition/view.ts";

/** Chances that a seed decides (a linear congruential generator: Numerical Recipes). */
function chances(seed: number): (max: number) => number {
  let state = seed;
  return (max) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * max);
  };
}

const faultKinds: readonly Fault[] = ["busy", "unavailable", "request-lost", "reply-lost", "rejected", "thrown"];

const FOREVER_MS = 1_000_000_000;

type Chance = ReturnType<typeof chances>;

const mustSucceed = ["mail/run", "stock/rollback", "order/rollback"];

function faultsOf(chance: Chance): Readonly<Record<string, readonly Fault[]>> {
  const faults = (call: string) =>
    Array.from({ length: chance(6) }, () => faultKinds[chance(faultKinds.length)] ?? "busy").filter(
      (kind) => kind !== "rejected" || !mustSucceed.includes(call),
    );
  return Object.fromEntries([...mustSucceed, "order/run", "stock/run", "pay/run"].map((call) => [call, faults(call)]));
}

/** An engine with few places, whose participants answer when they are let. */
function setUpNarrow(chance: Chance) {
  const gateLimits = { callsInFlightMax: 1 + chance(2), failuresMax: 1 + chance(3), openMsBase: 5_000, openMsMax: 20_000 };
  const options = { gateLimits, sagasInFlightMax: 2 + chance(4), onDefect: () => undefined };
  // Where patience never ends, it cannot be what got a saga out of where it was stuck.
  const deadlineMs = chance(2) === 0 ? 60_000 + chance(3) * 600_000 : FOREVER_MS;
  const policy = { deadlineMs, attemptsMax: 1_000, giveUpMs: FOREVER_MS };
  const parts = setUp({ faults: faultsOf(chance), policy, options });
  const held: (() => void)[] = [];
  let isHolding = true;
  for (const handler of parts.controller.handlers) {
    if (handler.how === "wait") continue;
    const run = handler.run.bind(handler);
    handler.run = async (data: never, attempt: Attempt) => {
      if (isHolding && chance(2) === 0) await new Promise<void>((resolve) => held.push(resolve));
      return await run(data, attempt);
    };
  }
  const answerOne = () => held.splice(chance(held.length), 1)[0]?.();
  const answerAll = () => {
    isHolding = false;
    for (const answer of held.splice(0)) answer();
  };
  return { ...parts, options, answerOne, answerAll };
}

const ignoreRefusal = (error: unknown) => {
  if (!(error instanceof OperationRefused) && !(error instanceof StartRefused)) throw error;
};

/** People start sagas and request operations; answers come, and time passes. Returns the started sagas. */
async function play({ engine, clock, answerOne }: ReturnType<typeof setUpNarrow>, chance: Chance): Promise<readonly string[]> {
  const ids: string[] = [];
  const anyId = () => ids[chance(ids.length)] ?? "";
  const happenings = [
    async () => {
      if (ids.length < 12) ids.push((await engine.start({ definition: "scripted", input: {} })).id);
    },
    async () => answerOne(),
    async () => void (await engine.retry(anyId())),
    async () => void (chance(4) === 0 && (await engine.cancel(anyId()))),
    async () => clock.advanceBy(chance(10_000)),
  ];
  for (let step = 0; step < 60; step += 1) {
    const what = [0, 0, 0, 1, 1, 2, 3, 4, 4][chance(9)] ?? 0;
    happenings[what]?.().catch(ignoreRefusal);
    for (let turn = 0; turn < 4; turn += 1) await settleMicrotasks();
  }
  return ids;
}

/** The sagas that are still stuck after every call is answered and time has passed. */
async function live(seed: number): Promise<readonly string[]> {
  const chance = chances(seed);
  const parts = setUpNarrow(chance);
  const { controller, clock, journal, options, answerAll } = parts;
  const ids = await play(parts, chance);
  let { engine } = parts;
  if (chance(4) === 0) {
    await journal.durable();
    engine = engineOn({ controller, journal: journal.crash(), clock }, options);
    await engine.resume();
  }
  for (let turn = 0; turn < 150 && (turn === 0 || clock.isWaiting); turn += 1) {
    answerAll();
    clock.advanceBy(30_000);
    for (let settled = 0; settled < 6; settled += 1) await settleMicrotasks();
  }
  const sagas = await Promise.all(ids.map((id) => engine.get(id)));
  const running = sagas.flatMap((found) => (found && statusOf(found.saga) === "running" ? [found.saga.id] : []));
  const waiting = engine.participants().filter(({ callsInFlight, waiting }) => callsInFlight + waiting > 0);
  return [...running, ...waiting.map((state) => JSON.stringify(state))];
}

describe("no saga gets stuck under any limits and operations", () => {
  it.for(Array.from({ length: 12 }, (_, index) => index))("ten seeds from %i times ten on", async (index) => {
    for (let seed = index * 10; seed < index * 10 + 10; seed += 1) expect(await live(seed), `seed ${seed}`).toEqual([]);
  });
});
