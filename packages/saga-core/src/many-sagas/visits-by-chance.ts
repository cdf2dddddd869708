import type { Chance } from "./chance.ts";
import type { PlannedSignal, UnnamedSaga } from "./plan.ts";
import { visitDefinition } from "./shared-definitions.ts";

/** Signals come until so long after the start, in milliseconds: many are too early, and some too late. */
const SIGNALS_MS = 20_000;

/** Sagas that wait: for signals that come, come again, come with another answer, too late or never. */
export function visitsByChance(startsMs: number, chance: Chance): readonly UnnamedSaga[] {
  return Array.from({ length: 3 + chance.below(10) }, () => {
    const startAt = chance.below(startsMs);
    return {
      definition: visitDefinition,
      customer: `customer-${chance.below(5)}`,
      startAt,
      retriesAt: [],
      signals: ["confirm", "report"].flatMap((step) => signalsByChance(step, startAt, chance)),
      ...(chance.is(0.1) && { cancelAt: startAt + chance.below(SIGNALS_MS) }),
    };
  });
}

function signalsByChance(step: string, startAt: number, chance: Chance): readonly PlannedSignal[] {
  const signals = [{ [step]: 1 }, { [step]: 2 }, { no: "not this time" }];
  return Array.from({ length: chance.below(4) }, () => ({
    step,
    signal: chance.is(0.6) ? { [step]: 1 } : chance.of(signals),
    at: startAt + chance.below(chance.is(0.7) ? SIGNALS_MS / 4 : SIGNALS_MS),
  }));
}
