import { systemClock } from "saga-clock";
import { type Controller, EmbeddedEngine, stateOf, statusOf } from "saga-core";
import { MemoryJournal } from "saga-core/testing";
import type { HttpParticipant } from "saga-participant";
import { FakeServices, type Mishap } from "./fake-services.ts";

type Services = Readonly<Record<string, HttpParticipant>>;

/** An example as it runs outside of a simulation: its own handlers call its fake services. */
export interface RunnableExample<Called extends Services> {
  /** See `FakeServices`. */
  readonly ids: Readonly<Record<string, string>>;
  readonly services: (url: string) => Called;
  readonly define: (services: Called) => Controller;
  readonly input: object;
  /** What is signalled when the saga comes to the state in which it waits. Default: it does not wait. */
  readonly signal?: { readonly in: string; readonly send: (engine: EmbeddedEngine) => Promise<unknown> };
}

/** How one run ended. */
interface Run {
  readonly status: string;
  readonly calls: readonly string[];
  readonly standing: readonly string[];
}

/** How the runs ended. */
export interface Runs {
  /** What stands at the services after a run in which nothing befell a call. */
  readonly all: readonly string[];
  /** What befell a call in the runs after which a completed saga left something else, or a cancelled one left something, and what it left. */
  readonly wrong: readonly string[];
  /** What befell a call in the runs whose sagas need a human. */
  readonly needHuman: readonly string[];
}

/**
 * `explore` answers in the place of the handlers. This runs the handlers themselves: once for each call of the saga that is refused, or whose reply is
 * lost, and once for each rollback whose reply is lost.
 */
export async function runWithEachFault<Called extends Services>(example: RunnableExample<Called>): Promise<Runs> {
  const { calls, standing: all } = await runOnce(example, new Map());
  const [wrong, needHuman]: [string[], string[]] = [[], []];
  const runWith = async (mishaps: ReadonlyMap<number, Mishap>): Promise<Run> => {
    const run = await runOnce(example, mishaps);
    const what = [...mishaps].map(([at, mishap]) => `${run.calls[at]}: ${mishap}`).join(", ");
    const right = run.status === "completed" ? all : [];
    if (run.status === "needs_intervention") needHuman.push(what);
    else if (run.standing.join() !== right.join()) wrong.push(`${what}: ${run.status}, and there is ${run.standing.join(", ")}`);
    return run;
  };
  for (const at of calls.keys()) {
    await runWith(new Map([[at, "reply lost"]]));
    const turned = await runWith(new Map([[at, "refused"]]));
    for (const [later, call] of turned.calls.entries()) {
      if (call.endsWith("/rollback")) await runWith(new Map([...([[at, "refused"]] as const), [later, "reply lost"]]));
    }
  }
  return { all, wrong, needHuman };
}

async function runOnce<Called extends Services>(
  { ids, services, define, input, signal }: RunnableExample<Called>,
  mishaps: ReadonlyMap<number, Mishap>,
): Promise<Run> {
  const fakes = await FakeServices.start(ids, mishaps);
  const participants = services(fakes.url);
  const controller = define(participants);
  const failure = Promise.withResolvers<never>();
  // No wait between the attempts.
  const ports = { journal: new MemoryJournal(), clock: systemClock, random: () => 0, newId: () => crypto.randomUUID() };
  const engine = new EmbeddedEngine({ controllers: [controller], ...ports, sagasInFlightMax: 1, onDefect: failure.reject });
  let isSignalled = false;
  engine.subscribe(({ saga }) => {
    if (isSignalled || stateOf(controller, saga) !== signal?.in) return;
    isSignalled = true;
    signal.send(engine).catch(failure.reject);
  });
  try {
    const { untilRest } = await engine.start({ definition: controller.name, input });
    const saga = await Promise.race([untilRest(), failure.promise]);
    return { status: statusOf(saga), calls: fakes.calls, standing: fakes.standing };
  } finally {
    await engine.drain(0);
    await Promise.all(Object.values(participants).map((participant) => participant.close()));
    await fakes.stop();
  }
}
