import type { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
import type { Chance } from "./chance.ts";
import type { Plan, Sickness, UnnamedSaga, Way, Window } from "./plan.ts";
import { parcelDefinition, participants, sharedDefinitions } from "./shared-definitions.ts";
import { visitsByChance } from "./visits-by-chance.ts";

/** How many sagas of each kind a run has, how the sick ones are sick, and whether there are faults beside. */
export interface Population {
  readonly healthy: number;
  readonly sick: number;
  /** Default: by chance. */
  readonly way?: Way;
  readonly hasFaults: boolean;
  /** Whether some of them wait for signals. Default: none. */
  readonly waits?: boolean;
}

/** The call that a participant does not serve. */
type Ill = Pick<Sickness, "way"> & { readonly participant: string };

const ways: readonly Way[] = ["busy", "failing", "silent"];

/** Healthy sagas start in this time, in milliseconds; most of the sick ones in the first sixth of it. After it, none comes to help the others. */
const STARTS_MS = [20_000, 60_000] as const;

export function populationByChance(chance: Chance): Population {
  return { healthy: 30 + chance.below(40), sick: chance.is(0.3) ? 0 : chance.below(40), hasFaults: chance.is(0.7) };
}

/** Decides a run. */
export function planByChance(chance: Chance, { healthy, sick, way, hasFaults, waits = false }: Population): Plan {
  const startsMs = chance.of(STARTS_MS);
  const ill = (): Ill => ({ participant: chance.of(participants), way: way ?? chance.of(ways) });
  // Either a participant that serves one customer no more, or many small troubles.
  const common = chance.is(0.5) ? ill() : undefined;
  const sagas = [
    ...Array.from({ length: sick }, () => sickSaga(common ?? ill(), startsMs, chance)),
    ...Array.from({ length: healthy }, () => healthySaga(startsMs, chance)),
  ];
  const windows = (countMax: number, longestMs: number) => {
    return windowsByChance({ countMax: hasFaults ? countMax : 0, longestMs, untilMs: 1.2 * startsMs }, chance);
  };
  const faults = {
    outages: windows(2, 5_000),
    stalls: windows(2, 1_500),
    silences: windows(2, 20_000).map((window) => ({ ...window, participant: chance.of(participants) })),
  };
  // They are decided last: the others are as they were without them.
  const parcels = Array.from({ length: 2 + chance.below(8) }, () => parcel(startsMs, sick > 0, chance));
  const visits = waits ? visitsByChance(startsMs, chance) : [];
  const all = [...sagas, ...parcels, ...visits].toSorted((one, other) => one.startAt - other.startAt);
  return { ...faults, sagas: all.map((saga, index) => ({ ...saga, id: `saga-${String(index).padStart(4, "0")}` })) };
}

/** Some are undone, and of these the rollback of some is refused; some are sick where they have patience of their own. */
function parcel(startsMs: number, maySicken: boolean, chance: Chance): UnnamedSaga {
  const startAt = chance.below(startsMs);
  const sickness: Sickness = { step: "pack", action: "run", way: chance.of(["busy", "failing"]), until: Infinity };
  const isRefused = chance.is(0.5);
  return {
    definition: parcelDefinition,
    customer: `customer-${chance.below(5)}`,
    startAt,
    retriesAt: [],
    ...(maySicken && chance.is(0.2) && { sickness }),
    ...(isRefused && { refusedStep: "ship" }),
    ...(isRefused && chance.is(0.5) && { refusedRollback: "pack" }),
    ...(chance.is(0.1) && { cancelAt: startAt + chance.below(500) }),
  };
}

/** One in seven is refused at a step, and one in ten is cancelled while it runs. */
function healthySaga(startsMs: number, chance: Chance): UnnamedSaga {
  const definition = chance.of(sharedDefinitions);
  const startAt = chance.below(startsMs);
  const { step, kind } = chance.of(definition.handlers);
  return {
    definition,
    customer: `customer-${chance.below(5)}`,
    startAt,
    retriesAt: [],
    ...(chance.is(0.15) && kind !== "retriable" && { refusedStep: step }),
    ...(chance.is(0.1) && { cancelAt: startAt + chance.below(500) }),
  };
}

function sickSaga({ participant, way }: Ill, startsMs: number, chance: Chance): UnnamedSaga {
  const isCalled = ({ handlers }: Controller) => handlers.some((handler) => handler.participant.name === participant);
  const definition = chance.of(sharedDefinitions.filter(isCalled));
  const handler = chance.of(definition.handlers.filter((each) => each.participant.name === participant));
  const startAt = chance.below(chance.is(0.7) ? startsMs / 6 : startsMs);
  const last = lastRefusable(definition);
  // A saga is undone because a later step is refused.
  const isUndoing = handler.kind === "compensatable" && handler !== last && chance.is(0.25);
  const until = chance.is(0.3) ? chance.below(2 * startsMs) : Infinity;
  return {
    definition,
    customer: "customer-0",
    startAt,
    sickness: { step: handler.step, action: isUndoing ? "rollback" : "run", way, until },
    retriesAt: Array.from({ length: chance.below(4) }, () => startAt + chance.below(90_000)),
    ...(isUndoing && { refusedStep: last.step }),
    ...(chance.is(0.1) && { cancelAt: startAt + chance.below(40_000) }),
  };
}

/** After it, nothing may be refused any more. */
function lastRefusable({ name, handlers }: Controller): AnyHandler {
  const last = handlers.findLast(({ kind }) => kind !== "retriable");
  if (!last) throw new TypeError(`every step of ${name} must succeed`);
  return last;
}

interface Windows {
  readonly countMax: number;
  readonly longestMs: number;
  /** Before this instant they begin, in milliseconds after the beginning. */
  readonly untilMs: number;
}

function windowsByChance({ countMax, longestMs, untilMs }: Windows, chance: Chance): readonly Window[] {
  return Array.from({ length: chance.below(countMax + 1) }, () => {
    const from = chance.below(untilMs);
    return { from, until: from + 1 + chance.below(longestMs) };
  }).toSorted((one, other) => one.from - other.from);
}
